package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.testing.SyntheticImages;
import io.flowpp.core.testing.Unheard;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How near to uniform noise a mixture dequantizer comes. */
@Tag("slow")
class TowardsUniformTest {
  private static final ModelSpec MODEL = model();
  private static final int IMAGES = 20;
  private static final int DRAWS = 1000;

  @TempDir Path directory;

  @Test
  void pretrainingBringsTheNoiseWithinAThousandthOfANat() {
    double[] before = divergence(weights(true));
    double[] after = divergence(weights(false));
    System.out.println(
        String.format(
            Locale.ROOT,
            "KL(q || uniform) = %.2e +- %.0e nats/dim after %d steps, %.2e at the start",
            after[0],
            after[1],
            training().steps(),
            before[0]));
    assertThat(before[0]).isGreaterThan(5e-3);
    assertThat(after[0] + 4 * after[1]).isLessThan(1e-3);
  }

  private Path weights(boolean start) {
    var request =
        new TrainingRequest(
            MODEL,
            training(),
            images(1),
            images(2),
            7,
            directory.resolve(start ? "start" : "end"),
            null,
            "cpu",
            1);
    PretrainingSpec uniform = new PretrainingSpec.TowardsUniform(training());
    return DequantizerTrainer.train(request, uniform, new Unheard(), () -> start).weights();
  }

  /** E log q(u|x) over images that were not trained on, nats/dim, and its standard error. */
  private static double[] divergence(Path file) {
    try (Lab lab = new Lab();
        Gradients off = Gradients.off();
        NDManager scratch = lab.manager().newSubManager()) {
      FlowPlusPlus model = FlowPlusPlus.build(MODEL);
      Weights weights =
          Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), DataType.FLOAT64);
      WeightFile.read(file, weights, MODEL, FlowPlusPlus.DEQUANTIZER, lab.kernels());
      Pass pass = new Pass(scratch, lab.kernels(), weights, Pass.Mode.EVALUATE, 0);
      NDArray x =
          Batches.of(images(3), Batches.range(0, IMAGES), scratch).toType(DataType.FLOAT64, true);
      double[] logs =
          model
              .dequantizer()
              .draw(x, Randomness.ofBatch(5), DRAWS, pass)
              .logDensity()
              .toDoubleArray();
      double sum = 0;
      double squares = 0;
      for (double log : logs) {
        double each = log / MODEL.shape().dimensions();
        sum += each;
        squares += each * each;
      }
      double mean = sum / logs.length;
      return new double[] {
        mean, Math.sqrt((squares / logs.length - mean * mean) / (logs.length - 1))
      };
    }
  }

  private static ModelSpec model() {
    var coupling = Specs.mixture(8, Specs.conditioner(4, 1, Specs.ATTENTION, 0));
    return new ModelSpec(
        new ImageShape(2, 4, 1),
        8,
        new DequantizerSpec.Variational(new ContextSpec(3, 1), 2, true, coupling),
        Specs.tinyFlow(coupling));
  }

  private static SyntheticImages images(long seed) {
    return new SyntheticImages(MODEL.shape(), 500, seed);
  }

  /**
   * One logistic component in place of the mixture reaches about .01; the components part slowly,
   * in large batches.
   */
  private static TrainingSpec training() {
    return new TrainingSpec(
        2000,
        128,
        256,
        new OptimizerSpec(2e-2, .9, .999, 1e-8),
        new ScheduleSpec.Cosine(20, 2000, .01),
        .98,
        1,
        0,
        0,
        0);
  }
}
