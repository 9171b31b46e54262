package io.flowpp.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.MixtureCoupling;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.SampleImages;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.train.FlowTrainer;
import io.flowpp.core.train.TrainingListener;
import io.flowpp.core.train.TrainingRequest;
import io.flowpp.core.train.TrainingResult;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of the whole form, trained on real images: 256 of others walk to their latents and back.
 * {@code -Dflowpp.test.steps=N} trains longer.
 */
@Tag("slow")
class TrainedModelTest {
  private static final ModelSpec MODEL = model();
  private static final int IMAGES = 256;
  private static final int BATCH = 64;

  @TempDir Path directory;

  @Test
  void imagesComeBackFromTheirLatents() {
    FlowPlusPlus model = FlowPlusPlus.build(MODEL);
    Path file = train().weights();
    double[] single = new double[IMAGES * MODEL.shape().dimensions()];
    double[] wide = new double[single.length];
    double[] iterations = new double[2]; // sum and count
    try (Lab lab = new Lab();
        Gradients off = Gradients.off();
        Weights narrow =
            Weights.zeros(lab.manager(), lab.kernels(), model.parameters(), DataType.FLOAT32)) {
      WeightFile.read(file, narrow, MODEL, "", lab.kernels());
      for (int from = 0; from < IMAGES; from += BATCH) {
        try (NDManager manager = lab.manager().newSubManager();
            Weights exact = float64(narrow, manager, lab)) {
          NDArray x = images(manager, from);
          Pass pass = new Pass(manager, lab.kernels(), narrow, Pass.Mode.EVALUATE, 1);
          Randomness noise = Randomness.ofImages(LongStream.range(from, from + BATCH).toArray());
          NDArray v = x.add(model.dequantizer().draw(x, noise, 1, pass).u());
          distances(v, model.generate(model.encode(v, pass), pass), single, from);
          count(model, v, pass, iterations);
          NDArray w = v.toType(DataType.FLOAT64, true);
          Pass widePass = new Pass(manager, lab.kernels(), exact, Pass.Mode.EVALUATE, 1);
          distances(w, model.generate(model.encode(w, widePass), widePass), wide, from);
        }
      }
    }
    Arrays.sort(single);
    Arrays.sort(wide);
    System.out.printf(
        Locale.ROOT,
        "x to z to x in grey levels: float32 99.9%% %.2e, most %.2e; float64 99.9%% %.2e, most"
            + " %.2e; %.2f iterations an element%n",
        quantile(single),
        single[single.length - 1],
        quantile(wide),
        wide[wide.length - 1],
        iterations[0] / iterations[1]);
    assertThat(quantile(single)).isLessThan(1e-3);
    assertThat(single[single.length - 1]).isLessThan(.05);
    assertThat(wide[wide.length - 1]).isLessThan(1e-6);
    // float32 cannot do better than its own spacing at 256 levels: the walk was in float32
    assertThat(single[single.length - 1]).isGreaterThan(1e-6);
  }

  private static double quantile(double[] sorted) {
    return sorted[(int) (.999 * sorted.length)];
  }

  /** |back - v| of every value; a NaN counts as infinite. */
  private static void distances(NDArray v, NDArray back, double[] target, int from) {
    double[] d = back.sub(v).abs().toType(DataType.FLOAT64, true).toDoubleArray();
    for (int i = 0; i < d.length; i++) {
      int each = d.length / BATCH;
      target[from * each + i] = Double.isNaN(d[i]) ? Double.POSITIVE_INFINITY : d[i];
    }
  }

  /** Adds up what every mixture coupling's inverse needs on its own output. */
  private static void count(FlowPlusPlus model, NDArray v, Pass pass, double[] iterations) {
    NDList value = new NDList(v);
    for (Flow flow : model.flow().flows()) {
      value = flow.forward(value, Flow.Condition.NONE, pass).value();
      if (flow instanceof MixtureCoupling coupling) {
        NDArray counts = coupling.iterations(value, Flow.Condition.NONE, pass);
        iterations[0] += counts.sum().toDoubleArray()[0];
        iterations[1] += counts.size();
      }
    }
  }

  private static NDArray images(NDManager manager, int from) {
    SampleImages source = SampleImages.test();
    int each = source.shape().dimensions();
    byte[] bytes = new byte[BATCH * each];
    for (int i = 0; i < BATCH; i++) {
      source.read(from + i, bytes, i * each);
    }
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return manager.create(values, new Shape(BATCH, 28, 28, 1)).duplicate();
  }

  private static Weights float64(Weights narrow, NDManager manager, Lab lab) {
    Weights wide = Weights.zeros(manager, lab.kernels(), narrow.parameters(), DataType.FLOAT64);
    for (Parameter p : narrow.parameters()) {
      wide.assign(p, narrow.get(p).toType(DataType.FLOAT64, true), lab.kernels());
    }
    return wide;
  }

  private TrainingResult train() {
    TrainingSpec training =
        new TrainingSpec(
            Integer.getInteger("flowpp.test.steps", 300),
            8,
            64,
            new OptimizerSpec(8e-3, .9, .999, 1e-8),
            new ScheduleSpec.Constant(30),
            .98,
            1,
            0,
            0,
            0);
    TrainingRequest request =
        new TrainingRequest(
            MODEL,
            training,
            SampleImages.train(),
            SampleImages.test(),
            1,
            directory,
            null,
            "cpu",
            1);
    return FlowTrainer.train(request, new Silent(), () -> false);
  }

  /** The form of the preset fashion-mnist-small, smaller. */
  private static ModelSpec model() {
    MixingSpec mixing = new MixingSpec.SelfAttention(2);
    CouplingSpec coupling = Specs.mixture(4, Specs.conditioner(24, 1, mixing, .2));
    CouplingSpec noise = Specs.mixture(4, Specs.conditioner(16, 1, mixing, .2));
    return new ModelSpec(
        SampleImages.test().shape(),
        8,
        new DequantizerSpec.Variational(new ContextSpec(32, 3), 4, true, noise),
        Specs.cifarFlow(coupling));
  }

  private static final class Silent implements TrainingListener {
    @Override
    public void started(int step, int steps) {}

    @Override
    public void step(Step step) {}

    @Override
    public void validated(Validation validation) {}

    @Override
    public void checkpointed(int step, Path directory) {}
  }
}
