package io.flowpp.platform.stage;

import io.flowpp.core.evaluate.Evaluator;
import io.flowpp.core.evaluate.Floors;
import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.platform.config.ExperimentConfig.Evaluation;
import io.flowpp.platform.data.PreparedData;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores test images by the importance-weighted bound, a fixed subset of the training images by the
 * same bound, and draws samples and reconstructions. Fans out over ranges of images; neither the
 * cut nor the order of the units changes the result.
 */
final class Evaluate
    implements Stage.FanOut<Evaluate.Input, Evaluate.Unit, Evaluate.Part, Evaluated> {
  static final int IMAGES_PER_UNIT = 32;

  /** Enough for a standard error well under the differences that matter. */
  static final int TRAINING_IMAGES = 256;

  /** Columns of the grid of real, dequantized and reconstructed images. */
  static final int RECONSTRUCTIONS = 8;

  record Input(ModelSpec model, Evaluation evaluation, Path weights, Path prepared) {}

  enum Kind {
    TEST,
    TRAIN,
    SAMPLES,
    RECONSTRUCTIONS,
    FLOORS
  }

  /** Images {@code from} to {@code to} (exclusive) of what {@code kind} names. */
  record Unit(Kind kind, int from, int to) {}

  /** What a unit gave: scores, a grid, or floors. */
  record Part(
      Kind kind, List<ImageScore> scores, @Nullable SampleGrid grid, @Nullable Floors floors) {}

  private final EvaluatorPool evaluators;
  private final OpenData opened;

  @Inject
  Evaluate(EvaluatorPool evaluators, OpenData opened) {
    this.evaluators = evaluators;
    this.opened = opened;
  }

  @Override
  public StageName name() {
    return StageName.EVALUATE;
  }

  @Override
  public Class<Input> inputType() {
    return Input.class;
  }

  @Override
  public Class<Unit> unitType() {
    return Unit.class;
  }

  @Override
  public Class<Part> partType() {
    return Part.class;
  }

  @Override
  public Class<Evaluated> outputType() {
    return Evaluated.class;
  }

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  public List<Unit> split(Input input) {
    PreparedData data = opened.at(input.prepared());
    Integer wanted = input.evaluation().images();
    int test = data.test().size();
    int images = wanted == null ? test : Math.min(wanted, test);
    List<Unit> units = new ArrayList<>(ranges(Kind.TEST, images));
    // No more than test images, so that a quick evaluation stays quick.
    int training = Math.min(Math.min(TRAINING_IMAGES, images), data.train().size());
    units.addAll(ranges(Kind.TRAIN, training));
    units.add(new Unit(Kind.SAMPLES, 0, input.evaluation().grid()));
    units.add(new Unit(Kind.RECONSTRUCTIONS, 0, Math.min(RECONSTRUCTIONS, test)));
    units.add(new Unit(Kind.FLOORS, 0, test));
    return units;
  }

  @Override
  public Part runUnit(Input input, Unit unit, StageContext context) {
    PreparedData data = opened.at(input.prepared());
    if (unit.kind() == Kind.FLOORS) {
      Floors floors = Floors.measure(data.train(), data.test());
      return new Part(unit.kind(), List.of(), null, floors);
    }
    EvaluatorPool.Key key =
        new EvaluatorPool.Key(input.model(), input.weights(), context.compute());
    return evaluators.with(key, evaluator -> compute(evaluator, input, unit, data, context));
  }

  private static Part compute(
      Evaluator evaluator, Input input, Unit unit, PreparedData data, StageContext context) {
    long seed = input.evaluation().seed();
    int samples = input.evaluation().samples();
    Cancellation cancellation = context.cancellation();
    List<ImageScore> scores = List.of();
    SampleGrid grid = null;
    switch (unit.kind()) {
      case TEST ->
          scores =
              evaluator.score(
                  data.test(), unit.from(), unit.to(), samples, seed, cancellation::isCancelled);
      case TRAIN ->
          scores =
              evaluator.score(
                  data.train(), unit.from(), unit.to(), samples, seed, cancellation::isCancelled);
      case SAMPLES -> grid = evaluator.sample(unit.to(), seed, 1).grid();
      case RECONSTRUCTIONS -> grid = evaluator.reconstructions(data.test(), unit.to(), seed);
      default -> throw new IllegalStateException("no evaluator for " + unit);
    }
    cancellation.check(); // a cancelled scoring may have stopped half-way
    if (grid == null && scores.size() != unit.to() - unit.from()) {
      throw new IllegalStateException(unit + " gave " + scores.size() + " scores");
    }
    return new Part(unit.kind(), scores, grid, null);
  }

  @Override
  public Evaluated combine(Input input, List<Part> parts, StageContext context) {
    rest();
    return EvaluationFiles.of(parts).write(context.output(), input.evaluation().samples());
  }

  @Override
  public void rest() {
    evaluators.close();
  }

  private static List<Unit> ranges(Kind kind, int images) {
    List<Unit> units = new ArrayList<>();
    for (int from = 0; from < images; from += IMAGES_PER_UNIT) {
      units.add(new Unit(kind, from, Math.min(from + IMAGES_PER_UNIT, images)));
    }
    return units;
  }
}
