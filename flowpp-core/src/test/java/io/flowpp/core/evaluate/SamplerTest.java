package io.flowpp.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.flowpp.core.device.Workers;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Samples and the leak, of a flow without couplings, whose density is known, and of a small one.
 */
class SamplerTest {
  /** P(Z > logit .95): the flow without couplings puts N(0,1) on logit(.05 + .9 v/2^bits). */
  private static final double TAIL = .0016180;

  private static Lab lab;
  private static Workers one;
  private static Workers two;

  @BeforeAll
  static void open() {
    lab = new Lab();
    one = Workers.of(1);
    two = Workers.of(2);
  }

  @AfterAll
  static void close() {
    one.close();
    two.close();
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 3", "2, 4, 1, 1", "4, 4, 3, 8"})
  void theLeakOfAFlowWithoutCouplingsIsThatOfItsTails(
      int height, int width, int channels, int bits) {
    ImageShape shape = new ImageShape(height, width, channels);
    LeakEstimate leak = sampler(empty(shape, bits), one).leak(40_000, 7, 1);
    double expected = 1 - Math.pow(1 - 2 * TAIL, shape.dimensions());
    assertThat(Math.abs(leak.share() - expected)).isLessThan(4 * leak.standardError());
    assertThat(leak.standardError()).isLessThan(.0025);
  }

  @Test
  void levelsAreFloorsOfTheLatentThroughTheSqueeze() {
    Samples samples = sampler(empty(new ImageShape(1, 1, 1), 2), one).draw(40_000, 3, 1);
    int[] counts = new int[4];
    for (byte level : samples.levels()) {
      counts[level]++;
    }
    // Φ(logit .275), Φ(logit .5) and Φ(logit .725), what leaks clipped to the ends
    double[] expected = {.166175, .333825, .333825, .166175};
    for (int level = 0; level < 4; level++) {
      double error = Math.sqrt(expected[level] / 40_000);
      assertThat(Math.abs(counts[level] / 40_000. - expected[level])).isLessThan(4 * error);
    }
    byte[] grey = samples.grid().pixels();
    for (int i = 0; i < grey.length; i++) {
      assertThat(grey[i] & 255).isEqualTo(85 * samples.levels()[i]);
    }
  }

  @Test
  void aSampleDoesNotDependOnHowManyAreDrawnNorOnTheThreads() {
    ModelSpec spec = Specs.tiny(1, Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, 0)));
    Samples many = sampler(spec, two).draw(1200, 5, 1);
    assertThat(sampler(spec, one).draw(1200, 5, 1).levels()).isEqualTo(many.levels());
    byte[] few = sampler(spec, one).draw(512, 5, 1).levels();
    assertThat(few).isEqualTo(Arrays.copyOf(many.levels(), few.length));
    assertThat(many.leak()).isEqualTo(sampler(spec, one).leak(1200, 5, 1));
    assertThat(many.leak().samples()).isEqualTo(1200);
    assertThat(sampler(spec, one).draw(16, 6, 1).levels())
        .isNotEqualTo(Arrays.copyOf(many.levels(), 16 * 16));
  }

  /**
   * 16 samples share a seed: those of large images are drawn in parts of that, each in its place.
   */
  @Test
  void aLargeSampleDoesNotDependOnHowManyAreDrawnNorOnTheThreads() {
    ImageShape shape = new ImageShape(32, 32, 3);
    ModelSpec spec = empty(shape, 8);
    Samples many = sampler(spec, two).draw(20, 5, 1);
    assertThat(sampler(spec, one).draw(20, 5, 1).levels()).isEqualTo(many.levels());
    byte[] few = sampler(spec, one).draw(6, 5, 1).levels();
    assertThat(few).isEqualTo(Arrays.copyOf(many.levels(), few.length));
    float[] group = new float[16 * shape.dimensions()];
    CounterRandom.gaussian(Seeds.derive(5, "samples", 0), group);
    for (int i = 0; i < group.length; i++) {
      double value = (1 / (1 + Math.exp(-group[i])) - .05) / .9 * 256;
      int level = Math.max(0, Math.min(255, (int) Math.floor(value)));
      // a value at the very edge of a level may round to either side
      assertThat(many.levels()[i] & 255).isBetween(level - 1, level + 1);
    }
  }

  @Test
  void partsAreAFunctionOfTheImagesSize() {
    assertThat(Sampler.batch(16)).isEqualTo(512);
    assertThat(Sampler.batch(784)).isEqualTo(16);
    assertThat(Sampler.batch(3072)).isEqualTo(4);
    assertThat(Sampler.batch(100_000)).isEqualTo(1);
    assertThat(Evaluator.batch(784)).isEqualTo(16);
    assertThat(Evaluator.batch(16)).isEqualTo(32);
    assertThat(Evaluator.batch(3072)).isEqualTo(8);
    assertThat(Evaluator.batch(100_000)).isEqualTo(1);
  }

  @Test
  void theTemperatureScalesTheLatent() {
    Sampler sampler = sampler(empty(new ImageShape(2, 4, 1), 8), one);
    assertThat(sampler.draw(20, 1, 0).levels()).containsOnly((byte) 128);
    assertThat(sampler.leak(2000, 1, .5).share()).isZero();
    assertThat(sampler.leak(2000, 1, 3).share()).isGreaterThan(.5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aTemperatureThatIsNoneIsRefused(double temperature) {
    Sampler sampler = sampler(empty(new ImageShape(1, 1, 1), 1), one);
    assertThatThrownBy(() -> sampler.leak(10, 1, temperature))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature " + temperature);
    assertThatThrownBy(() -> sampler.leak(0, 1, 1)).hasMessageContaining("0 samples");
  }

  @Test
  void aBrokenWeightIsToldWithItsLayerNotDrawn() {
    ModelSpec spec = Specs.tiny(1, Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, 0)));
    FlowPlusPlus model = FlowPlusPlus.build(spec);
    Weights weights = lab.lively(model.parameters(), DataType.FLOAT32, 3);
    weights.flat().muli(Float.NaN);
    Sampler sampler = new Sampler(model, lab.kernels(), weights, one);
    assertThatThrownBy(() -> sampler.draw(3, 1, 1)).hasMessageContaining("flow/3/coupling0");
  }

  @Test
  void noLeakSeenIsNotNoLeak() {
    LeakEstimate none = new LeakEstimate(100, 0);
    assertThat(none.share()).isZero();
    assertThat(none.standardError()).isBetween(.005, .01);
    assertThatThrownBy(() -> new LeakEstimate(3, 4)).hasMessageContaining("4 of 3");
  }

  private static ModelSpec empty(ImageShape shape, int bits) {
    return new ModelSpec(shape, bits, Specs.UNIFORM, List.of());
  }

  private static Sampler sampler(ModelSpec spec, Workers workers) {
    FlowPlusPlus model = FlowPlusPlus.build(spec);
    Weights weights = lab.lively(model.parameters(), DataType.FLOAT64, 3, .3f);
    return new Sampler(model, lab.kernels(), weights, workers);
  }
}
