package io.flowpp.platform.workspace;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Held until closed, or until the process dies: nobody else works on the stage meanwhile, in this
 * process or another. Not reentrant; any thread may close it.
 */
public final class StageLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  private final FileGuard guard;
  private final Path holderFile;
  private final AtomicBoolean closed = new AtomicBoolean();

  private StageLock(FileGuard guard, Path holderFile) {
    this.guard = guard;
    this.holderFile = holderFile;
  }

  static StageLock acquire(StageKey key, Path directory, Clock clock, Consumer<String> onWait) {
    String name = key.stage() + "-" + key.digest();

    Path holderFile = directory.resolve(name + ".holder");
    try {
      FileGuard guard = await(key, directory, name + ".lock", holderFile, onWait);
      StageLock lock = new StageLock(guard, holderFile);
      try {
        Holder.self(clock.instant()).write(holderFile);
      } catch (IOException | RuntimeException unsigned) {
        lock.close();
        throw unsigned;
      }
      return lock;
    } catch (IOException fault) {
      throw StorageFault.of(fault, directory);
    }
  }

  private static FileGuard await(
      StageKey key, Path directory, String lockName, Path holderFile, Consumer<String> onWait)
      throws IOException {
    String told = "";
    for (int attempt = 0; ; attempt++) {
      Optional<FileGuard> guard = FileGuard.tryAcquire(directory, lockName);
      if (guard.isPresent()) {
        return guard.get();
      }
      Optional<Holder> holder = Holder.read(holderFile);
      String who = holder.map(Holder::toString).orElse("another process");
      boolean signed = holder.isPresent() || attempt > 0; // a new holder needs a moment to sign
      if (signed && !who.equals(told)) {
        onWait.accept("waiting for " + key + ", held by " + who);
        told = who;
      }
      pause(key);
    }
  }

  private static void pause(StageKey key) {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new UserFault(
          ExitCode.INTERRUPTED,
          "interrupted",
          "interrupted while waiting for " + key,
          null,
          "run the same command again",
          stop);
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      try {
        Files.deleteIfExists(holderFile);
      } finally {
        guard.release();
      }
    } catch (IOException fault) {
      throw StorageFault.of(fault, holderFile);
    }
  }
}
