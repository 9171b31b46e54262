package io.flowpp.platform.stage;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The worker's side of a {@link ChannelFolder}. */
final class DistantChannel {
  private static final long POLL_NANOS = 200_000_000;

  private final Path wanted;
  private final Path events;
  private long asked = System.nanoTime() - POLL_NANOS;
  private boolean stop;

  private DistantChannel(Path folder, String worker) {
    wanted = folder.resolve(ChannelFolder.WANTED);
    events = folder.resolve(worker + ChannelFolder.EVENTS);
  }

  /**
   * @param worker unlike any other worker's name
   */
  static Channels.Channel of(StageCall call, String worker) {
    DistantChannel channel = new DistantChannel(ChannelFolder.of(call), worker);
    return new Channels.Channel(channel::tell, channel::isStopped);
  }

  /**
   * @throws UserFault where this worker does not see the driver's workspace: what it made would lie
   *     where nobody looks
   */
  static void requireShared(StageCall call) {
    Path place = call.outcome().getParent();
    if (place == null || !Files.isDirectory(place)) {
      throw new UserFault(
          ExitCode.USAGE,
          "unshared-workspace",
          "the worker on " + Host.name() + " does not see this folder of the workspace",
          String.valueOf(place),
          "put the workspace on a file system that all workers mount at the same path, and name it in FLOWPP_WORKSPACE");
    }
  }

  private synchronized void tell(StageEvent event) {
    byte[] line = (StageJson.write(event) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(events, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (NoSuchFileException | ClosedByInterruptException nobodyListens) {
      stop = true;
    } catch (IOException e) {
      throw new UncheckedIOException("telling the driver", e);
    }
  }

  /** An interrupt is how a cluster asks a task to end. */
  private synchronized boolean isStopped() {
    if (!stop && System.nanoTime() - asked >= POLL_NANOS) {
      asked = System.nanoTime();
      stop = Files.notExists(wanted);
    }
    return stop || Thread.currentThread().isInterrupted();
  }
}
