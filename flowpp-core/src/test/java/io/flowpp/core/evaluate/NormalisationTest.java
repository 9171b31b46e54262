package io.flowpp.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.EveryImage;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.NeighbourlyImages;
import io.flowpp.core.testing.ProbabilityMass;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.testing.Unheard;
import io.flowpp.core.train.Batches;
import io.flowpp.core.train.FlowTrainer;
import io.flowpp.core.train.TrainingRequest;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The probabilities of all images and the leak add up to 1: what no layer's own test can see. A
 * log-determinant that lacks a term, a density that is not one, a sampler of another model than the
 * density's: each moves the sum.
 */
class NormalisationTest {
  private static final CouplingSpec COUPLING =
      Specs.mixture(4, Specs.conditioner(4, 1, Specs.ATTENTION, 0));
  private static final DequantizerSpec VARIATIONAL =
      new DequantizerSpec.Variational(new ContextSpec(3, 1), 2, true, COUPLING);

  /** Where weights come from. */
  enum State {
    /** After the data-dependent initialisation. */
    UNTRAINED,
    /** Random and far from the identity. */
    LIVELY,
    TRAINED
  }

  private static Lab lab;
  private static Workers worker;
  @TempDir static Path directory;

  @BeforeAll
  static void open() {
    lab = new Lab();
    worker = Workers.of(1);
  }

  @AfterAll
  static void close() {
    worker.close();
    lab.close();
  }

  /** 1x2x1 at 2 bits: 16 images, integrals over a cell by 64x64 points. */
  @ParameterizedTest
  @CsvSource({"UNTRAINED, false", "LIVELY, true"})
  void twoPixelsByQuadrature(State state, boolean variational) {
    twoPixelsAddUp(state, variational);
  }

  @ParameterizedTest
  @CsvSource({"UNTRAINED, true", "LIVELY, false", "TRAINED, false", "TRAINED, true"})
  @Tag("slow")
  void moreOfTwoPixelsByQuadrature(State state, boolean variational) {
    twoPixelsAddUp(state, variational);
  }

  private static void twoPixelsAddUp(State state, boolean variational) {
    FlowPlusPlus model = FlowPlusPlus.build(twoPixels(variational));
    Weights weights = weights(model, state);
    ProbabilityMass mass = new ProbabilityMass(lab, model, weights);
    double[] cells = mass.overCells(64);
    double[] masses = variational ? mass.overNoise(64) : cells;
    double[] fewer = variational ? mass.overNoise(48) : mass.overCells(48);
    for (int i = 0; i < masses.length; i++) {
      // the dequantizer drops out of the integral
      assertThat(masses[i]).isCloseTo(cells[i], within(5e-4));
    }
    double sum = Arrays.stream(masses).sum();
    double quadrature = Math.abs(sum - Arrays.stream(fewer).sum());
    assertThat(quadrature).isLessThan(1e-3);
    LeakEstimate leak = new Sampler(model, lab.kernels(), weights, worker).leak(40_000, 5, 1);
    String how = state + (variational ? ", variational" : ", uniform") + ", 64x64 points a cell";
    report(sum, quadrature, leak, how);
    addsUp(sum, quadrature, leak);
  }

  /** 2x4x1 at 1 bit: all 256 images, every kind of layer. */
  @ParameterizedTest
  @CsvSource({
    "UNTRAINED, false, 90000",
    "UNTRAINED, true, 180000",
    "LIVELY, false, 90000",
    "LIVELY, true, 180000",
    "TRAINED, false, 90000",
    "TRAINED, true, 180000"
  })
  @Tag("slow")
  void eightPixelsByImportanceSampling(State state, boolean variational, int draws) {
    FlowPlusPlus model = FlowPlusPlus.build(eightPixels(variational));
    Weights weights = weights(model, state);
    ProbabilityMass.Estimate sum = new ProbabilityMass(lab, model, weights).sum(draws, 3);
    LeakEstimate leak = new Sampler(model, lab.kernels(), weights, worker).leak(60_000, 5, 1);
    String how =
        String.format(
            Locale.ROOT,
            "%s, %s, %d draws, ESS %.0f",
            state,
            variational ? "variational" : "uniform",
            sum.draws(),
            sum.effective());
    report(sum.value(), sum.standardError(), leak, how);
    assertThat(sum.effective()).isGreaterThan(1000);
    addsUp(sum.value(), sum.standardError(), leak);
  }

  private static void addsUp(double sum, double error, LeakEstimate leak) {
    double standardError = Math.hypot(error, leak.standardError());
    double difference = Math.abs(sum + leak.share() - 1);
    assertThat(difference).isLessThan(4 * standardError).isLessThan(.01);
  }

  /** The density of the noise is one: of every image, on pixels that see each other. */
  @ParameterizedTest
  @EnumSource(names = {"UNTRAINED", "LIVELY"})
  void theNoisesDensityIntegratesToOne(State state) {
    noiseIntegratesToOne(state);
  }

  @Test
  @Tag("slow")
  void theNoisesDensityIntegratesToOneAfterTraining() {
    noiseIntegratesToOne(State.TRAINED);
  }

  private static void noiseIntegratesToOne(State state) {
    FlowPlusPlus model = FlowPlusPlus.build(eightPixels(true));
    ProbabilityMass mass = new ProbabilityMass(lab, model, weights(model, state));
    for (int image : new int[] {0, 90, 255}) {
      ProbabilityMass.Estimate q = mass.noiseMass(image, 20_000, 7);
      System.out.println(
          String.format(
              Locale.ROOT,
              "%s image %d: E q = %.4f +- %.4f, ESS %.0f of %d",
              state,
              image,
              q.value(),
              q.standardError(),
              q.effective(),
              q.draws()));
      assertThat(Math.abs(q.value() - 1)).isLessThan(4 * q.standardError());
      assertThat(q.standardError()).isLessThan(.05);
    }
  }

  /** On two pixels P(x) is known, and many draws of q find it. */
  @Test
  void manyDrawsReachTheProbability() {
    drawsReachTheProbability(State.UNTRAINED, true);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  @Tag("slow")
  void manyDrawsReachTheProbabilityAfterTraining(boolean variational) {
    drawsReachTheProbability(State.TRAINED, variational);
  }

  private static void drawsReachTheProbability(State state, boolean variational) {
    int draws = 1 << 12;
    FlowPlusPlus model = FlowPlusPlus.build(twoPixels(variational));
    Weights weights = weights(model, state);
    double[] masses = new ProbabilityMass(lab, model, weights).overCells(64);
    EveryImage images = new EveryImage(model.spec().shape(), model.spec().bits());
    double[] errors = new double[images.size()];
    double[] ofQ = new double[images.size()];
    double worst = 0;
    double least = draws;
    for (int i = 0; i < images.size(); i++) {
      ImportanceWeightedBound own = bound(model, weights, images, i, draws);
      double[] blocks = own.ofBlocks();
      for (int j = 1; j < blocks.length; j++) {
        assertThat(blocks[j]).isGreaterThanOrEqualTo(blocks[j - 1]);
      }
      // q's own draws may have weights of infinite variance: they say nothing of their error
      ImportanceWeightedBound wide =
          variational ? wideBound(model, weights, images, i, draws) : own;
      double difference = Math.abs(wide.nats() - Math.log(masses[i]));
      assertThat(difference).isLessThan(4 * wide.standardError());
      errors[i] = wide.standardError();
      ofQ[i] = own.nats() - Math.log(masses[i]);
      worst = Math.max(worst, difference / wide.standardError());
      least = Math.min(least, wide.effectiveSamples());
    }
    double largest = Arrays.stream(errors).max().orElseThrow();
    assertThat(largest).isLessThan(.1);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s, %s: %d draws, ESS at least %.0f, standard error at most %.4f nats, largest"
                + " difference %.1f of them; q's own draws off by %.4f to %.4f nats",
            state,
            variational ? "variational" : "uniform",
            draws,
            least,
            largest,
            worst,
            Arrays.stream(ofQ).min().orElseThrow(),
            Arrays.stream(ofQ).max().orElseThrow()));
  }

  private static ImportanceWeightedBound bound(
      FlowPlusPlus model, Weights weights, EveryImage images, int image, int draws) {
    try (Gradients off = Gradients.off();
        NDManager scratch = lab.manager().newSubManager()) {
      NDArray x = Batches.of(images, new int[] {image}, scratch).toType(DataType.FLOAT64, true);
      Pass pass = new Pass(scratch, lab.kernels(), weights, Pass.Mode.EVALUATE, 0);
      return ImportanceWeightedBound.of(
          model.bound(x, Randomness.ofBatch(11 + image), draws, pass).value().toDoubleArray());
    }
  }

  /** The bound from eps ~ N(0,4I): its weights are exp(r) N(eps; 0, I) / N(eps; 0, 4I). */
  private static ImportanceWeightedBound wideBound(
      FlowPlusPlus model, Weights weights, EveryImage images, int image, int draws) {
    try (Gradients off = Gradients.off();
        NDManager scratch = lab.manager().newSubManager()) {
      NDArray x = Batches.of(images, new int[] {image}, scratch).toType(DataType.FLOAT64, true);
      Pass pass = new Pass(scratch, lab.kernels(), weights, Pass.Mode.EVALUATE, 0);
      NDArray eps = lab.gaussian(DataType.FLOAT64, 11 + image, 2, draws, 1, 2, 1);
      double[] e = eps.toDoubleArray();
      double[] ratios =
          model
              .bound(x, model.dequantizer().push(x, eps, draws, pass), draws, pass)
              .value()
              .toDoubleArray();
      for (int i = 0; i < draws; i++) {
        double squares = e[2 * i] * e[2 * i] + e[2 * i + 1] * e[2 * i + 1];
        ratios[i] += 2 * Math.log(2) - .375 * squares;
      }
      return ImportanceWeightedBound.of(ratios);
    }
  }

  private static void report(double sum, double error, LeakEstimate leak, String how) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "sum %.5f +- %.5f (%s), leak %.5f +- %.5f, together 1 %+.5f",
            sum,
            error,
            how,
            leak.share(),
            leak.standardError(),
            sum + leak.share() - 1));
  }

  private static ModelSpec twoPixels(boolean variational) {
    return new ModelSpec(
        new ImageShape(1, 2, 1),
        2,
        variational ? VARIATIONAL : Specs.UNIFORM,
        List.of(new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 4, true, COUPLING)));
  }

  private static ModelSpec eightPixels(boolean variational) {
    return new ModelSpec(
        new ImageShape(2, 4, 1),
        1,
        variational ? VARIATIONAL : Specs.UNIFORM,
        Specs.tinyFlow(COUPLING));
  }

  /** In float64; trained by the real trainer in float32. */
  private static Weights weights(FlowPlusPlus model, State state) {
    if (state == State.LIVELY) {
      return lab.lively(model.parameters(), DataType.FLOAT64, 6, .25f);
    }
    ModelSpec spec = model.spec();
    var training =
        new TrainingSpec(
            300,
            32,
            64,
            new OptimizerSpec(1e-2, .9, .999, 1e-8),
            new ScheduleSpec.Constant(10),
            .98,
            1,
            0,
            0,
            0);
    boolean variational = spec.dequantizer() instanceof DequantizerSpec.Variational;
    Path checkpoints =
        directory.resolve(spec.shape() + "-" + variational + "-" + (state == State.TRAINED));
    var request =
        new TrainingRequest(
            spec,
            training,
            new NeighbourlyImages(spec.shape(), spec.bits(), 2000, 1),
            new NeighbourlyImages(spec.shape(), spec.bits(), 10, 2),
            7,
            checkpoints,
            null,
            "cpu",
            1);
    Path file = FlowTrainer.train(request, new Unheard(), () -> state == State.UNTRAINED).weights();
    Weights weights =
        Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), DataType.FLOAT64);
    WeightFile.read(file, weights, spec, "", lab.kernels());
    return weights;
  }
}
