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
        results.add(future.get());
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while computing", e);
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

  @Override
  public void close() {
    pool.shutdown();
  }
}
