package io.flowpp.platform.stage;

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
import java.util.function.Function;

/**
 * Keeps a model built between the units of one evaluation; each is used by one thread at a time.
 */
@Singleton
final class EvaluatorPool {
  record Key(ModelSpec model, Path weights, Compute compute) {}

  private final Map<Key, Deque<Evaluator>> idle = new HashMap<>();

  @Inject
  EvaluatorPool() {}

  <T> T with(Key key, Function<Evaluator, T> work) {
    Evaluator evaluator = take(key);
    T result;
    try {
      result = work.apply(evaluator);
    } catch (RuntimeException | Error e) {
      evaluator.close(); // whatever state it is in, nobody gets it again
      throw e;
    }
    give(key, evaluator);
    return result;
  }

  /** Frees the models that nobody uses now. */
  synchronized void close() {
    idle.values().forEach(evaluators -> evaluators.forEach(Evaluator::close));
    idle.clear();
  }

  private Evaluator take(Key key) {
    synchronized (this) {
      Deque<Evaluator> free = idle.get(key);
      if (free != null && !free.isEmpty()) {
        return free.pop();
      }
    }
    return Evaluator.open(
        key.model(), key.weights(), key.compute().device(), key.compute().threads());
  }

  private synchronized void give(Key key, Evaluator evaluator) {
    idle.computeIfAbsent(key, unused -> new ArrayDeque<>()).push(evaluator);
  }
}
