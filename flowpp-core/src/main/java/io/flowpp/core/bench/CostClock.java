package io.flowpp.core.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.train.FlowTrainer;
import io.flowpp.core.train.TrainingListener;
import io.flowpp.core.train.TrainingRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a training step costs, in a measure that the machine's load moves little: time of the
 * processor, not of the clock, by that of matrix products that take turns with the steps. Whoever
 * shares caches and cores slows both, so each step is held against the products just before and
 * just after it, and the median of these ratios is taken.
 */
final class CostClock implements TrainingListener {
  /** Before it, Java is still compiling. */
  private static final double WARMUP_SECONDS = 4;

  private static final double COUNTING_SECONDS = 4;

  /** Fits into caches, and adds next to nothing to the memory that is measured. */
  private static final int PRODUCT = 512;

  private static final int PRODUCTS = 4;
  private static final int IMAGES = 64;

  private final BenchRequest request;
  private final NDManager manager;
  private final NDArray factor;
  private final List<Double> steps = new ArrayList<>();
  private final List<Double> products = new ArrayList<>();
  private double warm;
  private double counted;
  private int warmed;
  private double last;
  private OptionalLong peakBytes = OptionalLong.empty();

  private CostClock(BenchRequest request, NDManager manager) {
    this.request = request;
    this.manager = manager;
    this.factor = manager.full(new Shape(PRODUCT, PRODUCT), .5f, DataType.FLOAT32);
  }

  static StepCost of(BenchRequest request) {
    try (NDManager manager = ComputeDevice.open("cpu")) {
      CostClock clock = new CostClock(request, manager);
      int images = Math.max(IMAGES, request.images());
      RandomImages source =
          RandomImages.of(request.model().shape(), request.model().bits(), images);
      FlowTrainer.train(
          new TrainingRequest(
              request.model(),
              request.training(),
              source,
              source,
              0,
              request.scratch(),
              null,
              "cpu",
              request.threads()),
          clock,
          clock::enough);
      return clock.cost();
    }
  }

  private StepCost cost() {
    if (steps.size() < 2) {
      throw new IllegalStateException("a training too short to be measured");
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 1; i < steps.size(); i++) {
      ratios.add(2 * PRODUCTS * steps.get(i) / (products.get(i - 1) + products.get(i)));
    }
    return new StepCost(
        new Times(ratios).median(),
        new Times(steps).median(),
        new Times(products).median() / PRODUCTS,
        peakBytes,
        steps.size());
  }

  private boolean enough() {
    return counted >= COUNTING_SECONDS && steps.size() >= request.repeats();
  }

  private boolean isWarm() {
    return warm >= WARMUP_SECONDS && warmed >= request.warmup();
  }

  @Override
  public void started(int step, int of) {
    last = ProcessorTime.seconds();
  }

  @Override
  public void step(Step step) {
    double now = ProcessorTime.seconds();
    double took = now - last;
    peakBytes = PeakMemory.resident(); // before the checkpoint that ends a training
    double begin = ProcessorTime.seconds();
    for (int i = 0; i < PRODUCTS; i++) {
      try (NDManager scratch = manager.newSubManager()) {
        NDArray other = factor.duplicate();
        other.attach(scratch);
        other.matMul(factor).attach(scratch);
      }
    }
    double product = ProcessorTime.seconds() - begin;
    if (isWarm()) {
      steps.add(took);
      products.add(product);
      counted += took + product;
    } else {
      warmed++;
      warm += took + product;
    }
    last = ProcessorTime.seconds();
  }

  @Override
  public void validated(Validation validation) {}

  @Override
  public void checkpointed(int step, Path directory) {}
}
