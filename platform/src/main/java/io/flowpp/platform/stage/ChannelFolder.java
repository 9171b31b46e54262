package io.flowpp.platform.stage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of a channel to workers that share nothing with it but a file system: each
 * worker appends its events to a file of its own in a folder, a line each, and this follows them. A
 * file in the folder says that the work is wanted; where it has gone the workers stop.
 */
public final class ChannelFolder implements AutoCloseable {
  static final String WANTED = "wanted";
  static final String EVENTS = ".jsonl";
  private static final long POLL_MILLIS = 200;

  private final Path folder;
  private final Channels.Channel channel;
  private final Map<Path, Long> told = new HashMap<>();
  private final Thread thread = new Thread(this::follow, "worker-events");
  private volatile boolean closing;
  private volatile @Nullable RuntimeException fault;

  private ChannelFolder(Path folder, Channels.Channel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Open until closed; the events arrive on a thread of their own. */
  public static ChannelFolder open(StageCall call, Channels.Channel channel) {
    Path folder = of(call);
    try {
      Files.createDirectories(folder);
      Files.createFile(folder.resolve(WANTED));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
    ChannelFolder open = new ChannelFolder(folder, channel);
    open.thread.setDaemon(true);
    open.thread.start();
    return open;
  }

  /** Beside the outcome, where the driver's workspace is. */
  static Path of(StageCall call) {
    return call.outcome().resolveSibling(call.channel() + ".channel");
  }

  /** Whether the events could not be taken; the workers are told to stop then. */
  public boolean isBroken() {
    return fault != null;
  }

  /** Takes what was told until now. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    StageDesk.delete(folder);
    if (fault != null) {
      throw fault;
    }
  }

  private void follow() {
    try {
      for (boolean last = false; !last; ) {
        last = closing; // whatever was written before is read below
        if (channel.cancellation().isCancelled()) {
          Files.deleteIfExists(folder.resolve(WANTED));
        }
        pass();
        if (!last) {
          Thread.sleep(POLL_MILLIS);
        }
      }
    } catch (IOException e) {
      broken(new UncheckedIOException("following the workers in " + folder, e));
    } catch (RuntimeException e) {
      broken(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void broken(RuntimeException e) {
    fault = e;
    try {
      Files.deleteIfExists(folder.resolve(WANTED));
    } catch (IOException alsoThis) {
      e.addSuppressed(alsoThis);
    }
  }

  private void pass() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + EVENTS)) {
      for (Path file : files) {
        long from = told.getOrDefault(file, 0L);
        if (Files.size(file) > from) {
          told.put(file, from + pass(file, from));
        }
      }
    }
  }

  /** Passes on the whole lines from a place in the file; answers their length. */
  private int pass(Path file, long from) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(from);
      in.transferTo(bytes);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    try (Stream<String> lines = whole.lines()) {
      lines.map(line -> StageJson.read(line, StageEvent.class)).forEach(channel.events());
    }
    return whole.getBytes(StandardCharsets.UTF_8).length;
  }
}
