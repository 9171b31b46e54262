package io.flowpp.platform.stage;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Ties a stage to who started it: progress goes one way, the wish to stop the other. Directly
 * inside one process; a worker in another one takes the driver's {@link ChannelFolder}.
 */
@Singleton
public final class Channels {
  private final Map<String, Channel> open = new ConcurrentHashMap<>();
  private final Map<String, Channel> distant = new ConcurrentHashMap<>();

  /** Two class loaders of one process are two workers. */
  private final String worker = ProcessHandle.current().pid() + "-" + UUID.randomUUID();

  @Inject
  Channels() {}

  /** What {@link #open} joins. */
  public record Channel(Consumer<StageEvent> events, Cancellation cancellation) {}

  /** Open until closed. */
  public interface Opened extends AutoCloseable {
    @Override
    void close();
  }

  public Opened open(String id, Channel channel) {
    open.put(id, channel);
    return () -> open.remove(id);
  }

  Channel get(StageCall call) {
    Channel here = open.get(call.channel());
    return here != null
        ? here
        : distant.computeIfAbsent(call.channel(), id -> DistantChannel.of(call, worker));
  }

  /** Checks that who waits for the stage can be told of it. */
  void require(StageCall call) {
    if (!open.containsKey(call.channel())) {
      DistantChannel.requireShared(call);
    }
  }
}
