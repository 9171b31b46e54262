package io.flowpp.core.example;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.evaluate.Sampler;
import io.flowpp.core.evaluate.Samples;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;

/** The example of docs/LIBRARY.md, which holds the lines between the two marks. */
final class LibraryExample {
  record Result(double[] bitsPerDim, Samples samples) {}

  private LibraryExample() {}

  static Result run(float[] pixels, Path file) {
    double[] bitsPerDim;
    Samples samples;
    // example begins
    var network = new ConditionerSpec(32, 2, new MixingSpec.SelfAttention(4), 0.2);
    var coupling = new CouplingSpec.MixtureOfLogistics(8, network);
    var spec =
        new ModelSpec(
            new ImageShape(28, 28, 1),
            8, // bits: integers 0..255
            new DequantizerSpec.Variational(new ContextSpec(32, 3), 4, true, coupling),
            List.of(
                new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 4, true, coupling),
                new FlowStepSpec.SpaceToDepth(),
                new FlowStepSpec.Couplings(SplitKind.CHANNEL, 2, true, coupling)));
    FlowPlusPlus model = FlowPlusPlus.build(spec);
    try (NDManager manager = ComputeDevice.open("cpu");
        Kernels kernels = Kernels.load(manager);
        Gradients off = Gradients.off();
        Workers workers = Workers.of(2)) {
      Weights weights = Weights.random(manager, kernels, model.parameters(), DataType.FLOAT32, 1);
      NDArray x = manager.create(pixels, new Shape(pixels.length / 784, 28, 28, 1));
      Pass initialise = new Pass(manager, kernels, weights, Pass.Mode.INITIALISE, 1);
      model.bound(x, Randomness.ofBatch(1), 1, initialise); // data-dependent initialisation
      Pass evaluate = new Pass(manager, kernels, weights, Pass.Mode.EVALUATE, 1);
      NDArray nats = model.bound(x, Randomness.ofBatch(2), 1, evaluate).value(); // <= log P(x)
      bitsPerDim = nats.neg().div(784 * Math.log(2)).toType(DataType.FLOAT64, true).toDoubleArray();
      samples = new Sampler(model, kernels, weights, workers).draw(4, 7, 1.0);
      WeightFile.write(file, weights, spec); // and back: WeightFile.readSpec(file)
    }
    // example ends
    return new Result(bitsPerDim, samples);
  }
}
