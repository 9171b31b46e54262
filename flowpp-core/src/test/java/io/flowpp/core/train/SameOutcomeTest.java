package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.spec.ComputeSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.SampleImages;
import io.flowpp.core.testing.Specs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a step is computed does not change what a training arrives at: lean memory bit for bit,
 * bfloat16 and the library's own differentiation within the noise of a training.
 *
 * <p>The rule: variants share a seed's start, images, noise and masks, but a rounding carried on
 * for some hundred steps makes their ends as good as independent. With s the standard deviation of
 * the fast variant between n seeds, the difference of the means is to be within t·s·√(2/n), t being
 * Student's 97.5% point at 2(n-1) degrees of freedom: what other seeds alone would do to it in 95
 * of 100 comparisons.
 */
class SameOutcomeTest {
  private static final int SEEDS = Integer.getInteger("flowpp.test.seeds", 3);

  @TempDir Path directory;

  /** A way to compute a step. */
  private enum Variant {
    FAST(new ComputeSpec(Memory.FAST, Precision.FP32, 0, false)),
    LEAN(new ComputeSpec(Memory.LEAN, Precision.FP32, 0, false)),
    REFERENCE(new ComputeSpec(Memory.FAST, Precision.FP32, 0, false)),
    BF16(new ComputeSpec(Memory.FAST, Precision.BF16, 0, false));

    private final ComputeSpec compute;

    Variant(ComputeSpec compute) {
      this.compute = compute;
    }
  }

  /**
   * What a training arrives at.
   *
   * @param bitsPerDim of the validation images by the averaged weights
   * @param state digest of weights, moments and average; empty where none is written
   */
  private record Outcome(double bitsPerDim, List<Double> losses, String state) {}

  @Test
  @Tag("slow")
  void aTinyModelArrivesAtTheSameWhicheverWayItIsComputed() {
    CouplingSpec coupling = Specs.mixture(2, Specs.conditioner(8, 1, Specs.ATTENTION, .2));
    ModelSpec model =
        new ModelSpec(
            SampleImages.train().shape(),
            8,
            new DequantizerSpec.Variational(new ContextSpec(4, 1), 2, true, coupling),
            Specs.tinyFlow(coupling));
    compare(model, tiny(), SampleImages.train());
  }

  private static TrainingSpec tiny() {
    int steps = 40;
    return new TrainingSpec(
        steps,
        4,
        32,
        new OptimizerSpec(5e-3, .9, .999, 1e-8),
        new ScheduleSpec.Constant(10),
        .9,
        1,
        steps,
        50,
        0);
  }

  @Test
  @Tag("slow")
  void theHarnessOfTheReferenceIsTheProductsTraining() {
    TrainingRequest request =
        Trainings.request(directory.resolve("product"), Trainings.spec(20), 2);
    TrainingResult product = Trainings.run(request, new Trainings.Heard());
    TrainingRequest again = Trainings.request(directory.resolve("harness"), Trainings.spec(20), 2);
    AutomaticTraining.End end;
    try (AutomaticTraining harness =
        new AutomaticTraining(again, AutomaticTraining.Source.REPLICA)) {
      end = harness.run();
    }
    assertThat(end.losses()).isEqualTo(Trainings.losses(product));
    List<TrainingListener.Validation> validations = product.validations();
    assertThat(end.validation()).isEqualTo(validations.get(validations.size() - 1));
  }

  /**
   * The preset {@code fashion-mnist-small} by its own rules, but with batches of 8, 250 validation
   * images and the average's warm-up, without which three quarters of the average would be the
   * start after 300 steps. {@code -Dflowpp.test.fashion-mnist=FOLDER} takes the whole data set
   * instead of the part beside the experiments, {@code -Dflowpp.test.steps=N} and {@code
   * -Dflowpp.test.batch=N} another budget, {@code -Dflowpp.test.seeds=N} more seeds.
   */
  @Test
  @Tag("storm")
  void theSmallPresetArrivesAtTheSameWhicheverWayItIsComputed() {
    MixingSpec mixing = new MixingSpec.SelfAttention(4);
    ModelSpec model =
        new ModelSpec(
            SampleImages.train().shape(),
            8,
            new DequantizerSpec.Variational(
                new ContextSpec(32, 3),
                4,
                true,
                Specs.mixture(8, Specs.conditioner(16, 1, mixing, .2))),
            Specs.cifarFlow(Specs.mixture(8, Specs.conditioner(32, 2, mixing, .2))));
    long size =
        FlowPlusPlus.build(model).parameters().stream().mapToLong(p -> p.shape().size()).sum();
    assertThat(size).isEqualTo(993_712);
    int steps = Integer.getInteger("flowpp.test.steps", 300);
    TrainingSpec training =
        new TrainingSpec(
                steps,
                Integer.getInteger("flowpp.test.batch", 8),
                128,
                new OptimizerSpec(1e-3, .9, .999, 1e-8),
                new ScheduleSpec.Cosine(500, 20_000, 0),
                .999,
                1,
                steps,
                250,
                0)
            .withEmaWarmup(true);
    String folder = System.getProperty("flowpp.test.fashion-mnist");
    compare(
        model,
        training,
        folder == null ? SampleImages.train() : SampleImages.train(Path.of(folder)));
  }

  private TrainingRequest request(
      ModelSpec model, TrainingSpec training, SampleImages images, int seed, String name) {
    return new TrainingRequest(
        model,
        training,
        images.learned(),
        images.heldOut(),
        seed,
        directory.resolve(name + "-" + seed),
        null,
        "cpu",
        2);
  }

  private void compare(ModelSpec model, TrainingSpec training, SampleImages images) {
    Map<Variant, List<Outcome>> outcomes = new EnumMap<>(Variant.class);
    for (int seed = 1; seed <= SEEDS; seed++) {
      for (Variant variant : Variant.values()) {
        TrainingRequest request =
            request(model, training.with(variant.compute), images, seed, variant.name());
        long begin = System.nanoTime();
        Outcome outcome = variant == Variant.REFERENCE ? byTheLibrary(request) : train(request);
        say(
            "seed %d, %s: %.5f bits/dim on the validation images, %.5f in the last batch; %.0f s%n",
            seed,
            name(variant),
            outcome.bitsPerDim,
            outcome.losses.get(training.steps() - 1),
            (System.nanoTime() - begin) / 1e9);
        outcomes.computeIfAbsent(variant, v -> new ArrayList<>()).add(outcome);
      }
    }
    double[] fast = bitsPerDim(outcomes, Variant.FAST);
    double t = TDistribution.of(2. * (SEEDS - 1)).inverseSurvivalProbability(.025);
    double bound = t * deviation(fast) * Math.sqrt(2. / SEEDS);
    for (Variant variant : Variant.values()) {
      double[] each = bitsPerDim(outcomes, variant);
      double[] less = new double[SEEDS];
      Arrays.setAll(less, i -> each[i] - fast[i]);
      say(
          "%s: mean %.5f, less fast %+.5f, of pairs with a standard error of %.5f%n",
          name(variant), mean(each), mean(less), deviation(less) / Math.sqrt(SEEDS));
    }
    say("within the noise of %d seeds: %.5f%n", SEEDS, bound);

    // equal in every loss, and in weights, moments and average at the end
    assertThat(outcomes.get(Variant.LEAN)).isEqualTo(outcomes.get(Variant.FAST));
    for (Variant variant : Variant.values()) {
      double[] each = bitsPerDim(outcomes, variant);
      assertThat(Math.abs(mean(each) - mean(fast))).as(name(variant)).isLessThanOrEqualTo(bound);
    }
    // they were indeed computed in other ways
    assertThat(bitsPerDim(outcomes, Variant.REFERENCE)).isNotEqualTo(fast);
    assertThat(bitsPerDim(outcomes, Variant.BF16)).isNotEqualTo(fast);
  }

  private static Outcome train(TrainingRequest request) {
    TrainingResult result = Trainings.run(request, new Trainings.Heard());
    Checkpoint.State state = Checkpoint.state(result.weights().getParent());
    List<TrainingListener.Validation> validations = result.validations();
    return new Outcome(
        validations.get(validations.size() - 1).bitsPerDim(),
        Trainings.losses(result),
        String.valueOf(state.stateSha256()));
  }

  private static Outcome byTheLibrary(TrainingRequest request) {
    try (AutomaticTraining training =
        new AutomaticTraining(request, AutomaticTraining.Source.LIBRARY)) {
      AutomaticTraining.End end = training.run();
      return new Outcome(end.validation().bitsPerDim(), end.losses(), "");
    }
  }

  private static double[] bitsPerDim(Map<Variant, List<Outcome>> outcomes, Variant variant) {
    return outcomes.get(variant).stream().mapToDouble(Outcome::bitsPerDim).toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** The standard deviation, from the sample. */
  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  private static String name(Variant variant) {
    return variant.name().toLowerCase(Locale.ROOT);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
