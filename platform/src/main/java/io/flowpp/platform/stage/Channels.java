package io.flowpp.platform.stage;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Ties a stage to who started it, inside one process: progress goes one way, the wish to stop the
 * other. A worker in another process finds no channel; its stage then works in silence.
 */
@Singleton
public final class Channels {
  private static final Channel SILENT = new Channel(event -> {}, () -> false);

  private final Map<String, Channel> open = new ConcurrentHashMap<>();

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

  Channel get(String id) {
    return open.getOrDefault(id, SILENT);
  }
}
