package io.flowpp.platform.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import org.jspecify.annotations.Nullable;

/** A device that is ours until this is closed. */
public final class DeviceLease implements AutoCloseable {
  private final Compute compute;
  private final @Nullable FileLock lock;

  DeviceLease(Compute compute, @Nullable FileLock lock) {
    this.compute = compute;
    this.lock = lock;
  }

  public Compute compute() {
    return compute;
  }

  @Override
  public void close() {
    if (lock == null) {
      return;
    }
    try {
      lock.acquiredBy().close(); // closing the channel gives the lock back
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
