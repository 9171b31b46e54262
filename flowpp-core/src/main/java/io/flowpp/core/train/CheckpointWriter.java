package io.flowpp.core.train;

import io.flowpp.core.spec.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints while the training goes on, one after another. A training that is faster than
 * its disk waits for the one before.
 */
final class CheckpointWriter implements AutoCloseable {
  /** A checkpoint that lies on the disk. */
  record Written(int step, Path directory) {}

  private final CheckpointStore store;
  private final ModelSpec spec;
  private final ExecutorService thread;
  private @Nullable Future<Written> running;

  CheckpointWriter(CheckpointStore store, ModelSpec spec) {
    this.store = store;
    this.spec = spec;
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread writer = new Thread(task, "flowpp-checkpoint");
              writer.setDaemon(true);
              return writer;
            });
  }

  /**
   * Waits for the one before, then starts to write.
   *
   * @param tensors are closed when they are written
   * @return what has been written meanwhile
   */
  List<Written> begin(Checkpoint.State state, Snapshot tensors) {
    List<Written> before;
    try {
      before = await();
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
    running =
        thread.submit(
            () -> {
              try (tensors) {
                return new Written(state.step(), store.write(state, spec, tensors));
              }
            });
    return before;
  }

  /** What has been written since it was asked last; waits for nothing. */
  List<Written> done() {
    return running != null && running.isDone() ? await() : List.of();
  }

  /**
   * Waits until all is on the disk.
   *
   * @return what has been written since it was asked last
   * @throws java.io.UncheckedIOException if it could not be written
   */
  List<Written> await() {
    Future<Written> last = running;
    running = null;
    List<Written> written = new ArrayList<>();
    if (last != null) {
      written.add(get(last));
    }
    return written;
  }

  private static Written get(Future<Written> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // half a checkpoint helps nobody: it is waited for
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException("a checkpoint was not written", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets the one that is being written be finished. */
  @Override
  public void close() {
    Future<Written> last = running;
    running = null;
    thread.shutdown();
    if (last != null) {
      get(last);
    }
  }
}
