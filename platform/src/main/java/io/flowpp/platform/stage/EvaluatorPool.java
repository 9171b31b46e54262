package io.flowpp.platform.stage;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.UncheckedExecutionException;
import io.flowpp.core.evaluate.Evaluator;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.platform.device.Compute;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Keeps models built between the units of one evaluation. Each lives on a thread of its own, since
 * the native library's settings belong to the thread that opened it and a runner changes threads
 * between units.
 */
@Singleton
final class EvaluatorPool {
  record Key(ModelSpec model, Path weights, Compute compute) {}

  private final Map<Key, Deque<Desk>> idle = new HashMap<>();

  @Inject
  EvaluatorPool() {}

  <T> T with(Key key, Function<Evaluator, T> work) {
    Desk desk = take(key);
    T result;
    try {
      result = desk.call(() -> work.apply(desk.evaluator));
    } catch (RuntimeException | Error e) {
      desk.close(); // whatever state it is in, nobody gets it again
      throw e;
    }
    give(key, desk);
    return result;
  }

  /** Frees the models that nobody uses now. */
  synchronized void close() {
    idle.values().forEach(desks -> desks.forEach(Desk::close));
    idle.clear();
  }

  private Desk take(Key key) {
    synchronized (this) {
      Deque<Desk> free = idle.get(key);
      if (free != null && !free.isEmpty()) {
        return free.pop();
      }
    }
    return new Desk(key);
  }

  private synchronized void give(Key key, Desk desk) {
    idle.computeIfAbsent(key, unused -> new ArrayDeque<>()).push(desk);
  }

  /** An evaluator and its thread. */
  private static final class Desk {
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(
            new ThreadFactoryBuilder().setNameFormat("evaluator-%d").setDaemon(true).build());
    private final Evaluator evaluator;

    Desk(Key key) {
      try {
        evaluator =
            call(
                () ->
                    Evaluator.open(
                        key.model(),
                        key.weights(),
                        key.compute().device(),
                        key.compute().threads()));
      } catch (RuntimeException | Error e) {
        thread.shutdown();
        throw e;
      }
    }

    <T> T call(Callable<T> work) {
      try {
        return thread.submit(work).get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
          throw error;
        }
        throw cause instanceof RuntimeException fault
            ? fault
            : new UncheckedExecutionException(cause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StageCancelledException();
      }
    }

    void close() {
      try {
        call(
            () -> {
              evaluator.close();
              return true;
            });
      } finally {
        thread.shutdown();
      }
    }
  }
}
