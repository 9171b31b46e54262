package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.core.evaluate.Evaluator;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.testing.SyntheticImages;
import io.flowpp.core.weights.WeightFile;
import io.flowpp.core.weights.WeightMismatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of a tiny model, with dropout on: interrupted, shared among threads, broken. */
class TrainingTest {
  private static final ModelSpec MODEL =
      Specs.tiny(1, Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, .2)));
  private static final BooleanSupplier NEVER = () -> false;

  @TempDir Path directory;

  /** Remembers what it hears. */
  private static final class Heard implements TrainingListener {
    final List<Integer> starts = new ArrayList<>();
    final List<Integer> steps = new ArrayList<>();
    final List<Integer> validations = new ArrayList<>();
    final List<Path> checkpoints = new ArrayList<>();

    @Override
    public void started(int step, int steps) {
      starts.add(step);
    }

    @Override
    public void step(Step step) {
      steps.add(step.step());
    }

    @Override
    public void validated(Validation validation) {
      validations.add(validation.step());
    }

    @Override
    public void checkpointed(int step, Path directory) {
      checkpoints.add(directory);
    }
  }

  @Test
  void cancelledAndResumedIsBitForBitTheUninterruptedRun() throws IOException {
    Heard whole = new Heard();
    TrainingResult expected =
        FlowTrainer.train(request("whole", training(6, 2e-3), 1, null), whole, NEVER);
    Heard first = new Heard();
    TrainingRequest request = request("cut", training(6, 2e-3), 1, null);
    TrainingResult half = FlowTrainer.train(request, first, () -> first.steps.size() == 3);
    assertThat(half.cancelled()).isTrue();
    assertThat(half.step()).isEqualTo(3);
    Heard second = new Heard();
    TrainingResult resumed = FlowTrainer.train(request, second, NEVER);
    assertThat(second.starts).containsExactly(3);
    assertThat(second.steps).containsExactly(4, 5, 6);
    assertThat(resumed.resumedFrom()).isEqualTo(3);
    assertThat(resumed.cancelled()).isFalse();
    assertThat(resumed.weightsSha256()).isEqualTo(expected.weightsSha256());
    assertThat(losses(resumed)).isEqualTo(losses(expected));
    assertThat(resumed.validations()).isEqualTo(expected.validations());
    assertThat(Files.mismatch(resumed.weights(), expected.weights())).isEqualTo(-1);
    try (Stream<Path> left = Files.list(request.checkpoints())) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .hasSizeLessThanOrEqualTo(3) // the last two and the best
          .allMatch(n -> n.matches("step-\\d{8}"));
    }
    // asked again, nothing is computed and the same is said
    Heard third = new Heard();
    TrainingResult again = FlowTrainer.train(request, third, NEVER);
    assertThat(third.steps).isEmpty();
    assertThat(again.weightsSha256()).isEqualTo(expected.weightsSha256());
  }

  @Test
  void aCheckpointOfAnotherModelIsRefusedWithWhatDiffers() {
    FlowTrainer.train(request("one", training(1, 2e-3), 1, null), new Heard(), NEVER);
    ModelSpec other = Specs.tiny(1, Specs.mixture(3, Specs.conditioner(4, 1, Specs.ATTENTION, 0)));
    TrainingRequest request = request(other, "one", training(2, 2e-3), 1, null);
    var refused =
        catchThrowableOfType(
            WeightMismatchException.class, () -> FlowTrainer.train(request, new Heard(), NEVER));
    assertThat(refused.differences())
        .contains("spec: flow/0/coupling/components: 2 there, 3 here")
        .anyMatch(d -> d.startsWith("flow/0/coupling0/coupling/out/weight is (8, 3, 3, 4)"))
        .noneMatch(d -> d.contains("dropout"));
  }

  @Test
  void twoThreadsComputeWhatOneDoes() {
    List<Double> one =
        losses(FlowTrainer.train(request("one", training(4, 2e-3), 1, null), new Heard(), NEVER));
    List<Double> two =
        losses(FlowTrainer.train(request("two", training(4, 2e-3), 2, null), new Heard(), NEVER));
    for (int i = 0; i < one.size(); i++) {
      assertThat(two.get(i)).isCloseTo(one.get(i), within(1e-3));
    }
  }

  @Test
  void divergenceNamesItsStepAndLeavesTheCheckpointsWhole() {
    TrainingRequest request = request("diverging", training(40, 1e30), 1, null);
    assertThatThrownBy(() -> FlowTrainer.train(request, new Heard(), NEVER))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "step \\d+: 5 steps in a row were not finite, after 3 returns to a checkpoint; the first fault: (flow|dequantizer|context|squeeze).*(NaN|Infinity|singular|outside|overflow).*");
  }

  @Test
  void pretrainingTowardsUniformLowersItsDivergenceAndJointTrainingStartsFromIt() {
    PretrainingSpec uniform = new PretrainingSpec.TowardsUniform(training(30, 1e-2));
    TrainingResult pretrained =
        DequantizerTrainer.train(
            request("uniform", training(30, 1e-2), 1, null), uniform, new Heard(), NEVER);
    List<Double> kl = losses(pretrained);
    double start = kl.subList(0, 5).stream().mapToDouble(d -> d).average().orElseThrow();
    double end = kl.subList(25, 30).stream().mapToDouble(d -> d).average().orElseThrow();
    assertThat(end).isLessThan(start);
    startsFrom(pretrained);
  }

  @Test
  void pretrainingWithAProxyGivesADequantizerToStartFrom() {
    PretrainingSpec proxy =
        new PretrainingSpec.WithProxy(
            Specs.tinyFlow(Specs.affine(Specs.conditioner(2, 1, Specs.NO_ATTENTION, 0))),
            training(2, 1e-3));
    startsFrom(
        DequantizerTrainer.train(
            request("proxy", training(2, 1e-3), 1, null), proxy, new Heard(), NEVER));
  }

  /** The joint training's q, right after its start, is the pretrained one bit for bit. */
  private void startsFrom(TrainingResult pretrained) {
    TrainingResult joint =
        FlowTrainer.train(
            request("joint", training(1, 1e-3), 1, pretrained.weights()), new Heard(), () -> true);
    assertThat(joint.step()).isZero();
    FlowPlusPlus model = FlowPlusPlus.build(MODEL);
    try (Lab lab = new Lab()) {
      Weights before = lab.start(model.parameters(), ai.djl.ndarray.types.DataType.FLOAT32, 99);
      Weights after = lab.start(model.parameters(), ai.djl.ndarray.types.DataType.FLOAT32, 99);
      WeightFile.read(
          pretrained.weights(), before, model.spec(), FlowPlusPlus.DEQUANTIZER, lab.kernels());
      WeightFile.read(
          joint.weights(), after, model.spec(), FlowPlusPlus.DEQUANTIZER, lab.kernels());
      assertThat(WeightFile.sha256(after)).isEqualTo(WeightFile.sha256(before));
    }
  }

  @Test
  void trainingImprovesWhatTheEvaluatorMeasures() {
    TrainingResult start =
        FlowTrainer.train(request("start", training(60, 1e-2), 1, null), new Heard(), () -> true);
    TrainingResult end =
        FlowTrainer.train(request("end", training(60, 1e-2), 1, null), new Heard(), NEVER);
    assertThat(bits(end.weights())).isLessThan(bits(start.weights()) - .05);
  }

  private static double bits(Path weights) {
    try (Evaluator evaluator = Evaluator.open(MODEL, weights, "cpu", 1)) {
      return evaluator.bitsPerDim(images(2), 20, 5);
    }
  }

  private static List<Double> losses(TrainingResult result) {
    return result.curve().stream().map(TrainingListener.Step::bitsPerDim).toList();
  }

  private static SyntheticImages images(long seed) {
    return new SyntheticImages(MODEL.shape(), 50, seed);
  }

  private static TrainingSpec training(int steps, double rate) {
    return new TrainingSpec(
        steps,
        6,
        16,
        new OptimizerSpec(rate, .9, .999, 1e-8),
        new ScheduleSpec.Constant(0),
        .9,
        1,
        2,
        30,
        2);
  }

  private TrainingRequest request(
      String name, TrainingSpec training, int threads, @Nullable Path dequantizer) {
    return request(MODEL, name, training, threads, dequantizer);
  }

  private TrainingRequest request(
      ModelSpec model,
      String name,
      TrainingSpec training,
      int threads,
      @Nullable Path dequantizer) {
    return new TrainingRequest(
        model,
        training,
        images(1),
        images(2),
        7,
        directory.resolve(name),
        dequantizer,
        "cpu",
        threads);
  }
}
