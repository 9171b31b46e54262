package io.flowpp.platform.device;

import io.flowpp.platform.workspace.FileGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Devices that are ours until this is closed. */
public final class DeviceLease implements AutoCloseable {
  private final Compute compute;
  private final List<FileGuard> locks;

  DeviceLease(Compute compute, List<FileGuard> locks) {
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

  static void release(List<FileGuard> locks) {
    try {
      for (FileGuard lock : locks) {
        lock.release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
