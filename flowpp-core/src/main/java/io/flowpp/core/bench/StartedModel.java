package io.flowpp.core.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.evaluate.Evaluator;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.KernelTimes;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.train.Batches;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A model as a training starts with it, held for evaluation; the time that its kernels take. */
final class StartedModel implements AutoCloseable {
  private static final int INIT_IMAGES = 2;

  private final Evaluator evaluator;
  private final Kernels kernels;
  private final KernelTimes times = new KernelTimes();

  private StartedModel(Evaluator evaluator, Kernels kernels) {
    this.evaluator = evaluator;
    this.kernels = kernels;
  }

  static StartedModel of(BenchRequest request) {
    FlowPlusPlus model = FlowPlusPlus.build(request.model());
    NDManager manager = ComputeDevice.open(request.device());
    Kernels kernels = Kernels.load(manager);
    Weights weights = Weights.random(manager, kernels, model.parameters(), DataType.FLOAT32, 0);
    initialise(model, manager, kernels, weights);
    return new StartedModel(
        Evaluator.of(
            model,
            manager,
            kernels,
            weights,
            request.threads(),
            request.training().compute().precision()),
        kernels);
  }

  /** Without it, values would grow from layer to layer until none is a number. */
  private static void initialise(
      FlowPlusPlus model, NDManager manager, Kernels kernels, Weights weights) {
    RandomImages images = RandomImages.of(model.spec().shape(), model.spec().bits(), INIT_IMAGES);
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      Pass pass = new Pass(scratch, kernels, weights, Pass.Mode.INITIALISE, 0);
      NDArray x = Batches.of(images, Batches.range(0, INIT_IMAGES), scratch);
      NDArray u = model.dequantizer().draw(x, Randomness.ofBatch(0), 1, pass).u();
      model.logDensity(x.add(u), pass);
    }
  }

  /** Repeats {@code work}; kernels are timed in the repeats that count. */
  Times times(BenchRequest request, Consumer<Evaluator> work) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < request.warmup() + request.repeats(); i++) {
      kernels.timeInto(i < request.warmup() ? null : times);
      long begin = System.nanoTime();
      work.accept(evaluator);
      if (i >= request.warmup()) {
        seconds.add((System.nanoTime() - begin) / 1e9);
      }
    }
    kernels.timeInto(null);
    return new Times(seconds);
  }

  Map<String, Double> calls() {
    return times.seconds();
  }

  @Override
  public void close() {
    evaluator.close();
  }
}
