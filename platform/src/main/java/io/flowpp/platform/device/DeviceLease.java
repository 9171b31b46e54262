package io.flowpp.platform.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.util.List;

/** Devices that are ours until this is closed. */
public final class DeviceLease implements AutoCloseable {
  private final Compute compute;
  private final List<FileLock> locks;

  DeviceLease(Compute compute, List<FileLock> locks) {
    this.compute = compute;
    this.locks = List.copyOf(locks);
  }

  public Compute compute() {
    return compute;
  }

  @Override
  public void close() {
    release(locks);
  }

  static void release(List<FileLock> locks) {
    try {
      for (FileLock lock : locks) {
        lock.acquiredBy().close(); // closing the channel gives the lock back
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
