package io.flowpp.core.device;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of threads that compute, each with the native library settled for it. */
public final class Workers implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final int size;
  private final ExecutorService pool;

  private Workers(int size) {
    this.size = size;
    pool =
        Executors.newFixedThreadPool(
            size,
            task -> {
              Thread thread =
                  new Thread(
                      () -> {
                        ComputeDevice.settle();
                        task.run();
                      },
                      "flowpp-compute-" + COUNT.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  public static Workers of(int size) {
    return new Workers(size);
  }

  public int size() {
    return size;
  }

  /**
   * Runs all tasks, at most {@link #size} at a time, and gives their results in the tasks' order;
   * throws what the first failing one threw, after all have ended.
   */
  public <T> List<T> run(List<? extends Callable<T>> tasks) {
    List<Future<T>> futures = new ArrayList<>();
    for (Callable<T> task : tasks) {
      futures.add(pool.submit(task));
    }
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    for (Future<T> future : futures) {
      try {
        // an interrupt waits too: the caller may free the tensors that the tasks still read
        results.add(await(future));
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException("a computing thread failed", failure);
    }
    return results;
  }

  private static <T> T await(Future<T> future) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
