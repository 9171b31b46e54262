package io.flowpp.core.train;

import io.flowpp.core.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.List;

/** What a training remembers of its way, beside its tensors. */
final class Progress {
  private final List<TrainingListener.Step> curve = new ArrayList<>();
  private final List<TrainingListener.Validation> validations = new ArrayList<>();
  private final List<TrainingListener.Skip> skips = new ArrayList<>();
  private final List<TrainingListener.Return> returns = new ArrayList<>();
  private Health health = Health.START;

  List<TrainingListener.Step> curve() {
    return List.copyOf(curve);
  }

  List<TrainingListener.Validation> validations() {
    return List.copyOf(validations);
  }

  List<TrainingListener.Skip> skips() {
    return List.copyOf(skips);
  }

  List<TrainingListener.Return> returns() {
    return List.copyOf(returns);
  }

  Health health() {
    return health;
  }

  void restore(Checkpoint.State state) {
    curve.addAll(state.curve());
    validations.addAll(state.validations());
    skips.addAll(state.skips());
    returns.addAll(state.returns());
    health = state.health();
  }

  void moved(TrainingListener.Step step) {
    curve.add(step);
    health = health.moved(step.step());
  }

  void validated(TrainingListener.Validation validation) {
    validations.add(validation);
  }

  /** Whether {@code step} has the best validation so far. */
  boolean isBest(int step) {
    return Best.step(validations, step).orElse(-1) == step;
  }

  boolean isPatienceOver(TrainingSpec training) {
    return Best.isPatienceOver(training, validations);
  }

  /** Forgets the validations that a training of other length would not have made. */
  void keepValidationsEvery(int steps) {
    validations.removeIf(v -> steps == 0 || v.step() % steps != 0);
  }

  TrainingListener.Skip skipped(int step, String reason) {
    health = health.skippedOne();
    TrainingListener.Skip skip =
        new TrainingListener.Skip(step, reason, health.inARow(), health.skipped());
    skips.add(skip);
    return skip;
  }

  /** Why the first of the steps that were skipped last, in a row, was skipped. */
  String firstReason() {
    return skips.get(skips.size() - health.inARow()).reason();
  }

  /**
   * Goes back to {@code step}. The way from there is forgotten, the skips and returns are not.
   *
   * @param then how the training stood at that step
   */
  TrainingListener.Return back(int from, int step, Health then, double factor) {
    String reason = firstReason();
    health = health.returnedTo(then, factor);
    curve.removeIf(s -> s.step() > step);
    validations.removeIf(v -> v.step() > step);
    TrainingListener.Return gone =
        new TrainingListener.Return(from, step, health.rateFactor(), health.returns(), reason);
    returns.add(gone);
    return gone;
  }
}
