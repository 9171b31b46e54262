package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.data.BatchOrder;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * A training whose gradients may come from the tensor library's own differentiation; the start, the
 * order of images, the noise, the masks, Adam, the average and the validation are the product's.
 */
final class AutomaticTraining implements AutoCloseable {
  /** Where gradients come from. */
  enum Source {
    /** The product's hand-written way back: the whole is then what the product does. */
    REPLICA,
    /** Recorded operations. */
    LIBRARY
  }

  /** What is left at the end. */
  record End(List<Double> losses, TrainingListener.Validation validation) {}

  private final TrainingRequest request;
  private final TrainingSpec training;
  private final FlowPlusPlus model;
  private final NDManager manager = ComputeDevice.open("cpu");
  private final Kernels kernels = Kernels.load(manager);
  private final Workers workers;
  private final Weights weights;
  private final Weights average;
  private final Adam adam;
  private final List<Share> shares = new ArrayList<>();
  private final List<Runnable> owned = new ArrayList<>();

  /** Differentiates the images {@code indices[from..to)} of a step's batch. */
  @FunctionalInterface
  private interface Share {
    Replica.Share gradient(int step, int[] indices, int from, int to);
  }

  /**
   * @param request whose directory is empty
   */
  AutomaticTraining(TrainingRequest request, Source source) {
    this.request = request;
    training = request.training();
    model = FlowPlusPlus.build(request.model());
    workers = Workers.of(request.threads());
    weights = Weights.zeros(manager, kernels, model.parameters(), DataType.FLOAT32);
    average = Weights.zeros(manager, kernels, model.parameters(), DataType.FLOAT32);
    adam = new Adam(training, kernels, workers, manager, weights, average);
    begin();
    for (int i = 0; i < Math.min(workers.size(), training.batch()); i++) {
      if (source == Source.REPLICA) {
        Replica replica =
            new Replica(
                request,
                model,
                Objective.BOUND,
                Memory.FAST,
                manager,
                kernels,
                weights,
                Gathering.own(manager, kernels, weights),
                Batches::of);
        owned.add(replica::close);
        shares.add(replica::gradient);
      } else {
        Weights leaves = Weights.sharing(weights, manager, kernels);
        leaves.requireGradients();
        Weights sum = Weights.zeros(manager, kernels, model.parameters(), DataType.FLOAT32);
        owned.add(leaves::close);
        owned.add(sum::close);
        shares.add((step, indices, from, to) -> recorded(leaves, sum, step, indices, from, to));
      }
    }
  }

  /** The product's own start, initialisation by data included: a training of no steps. */
  private void begin() {
    TrainingRequest none =
        new TrainingRequest(
            request.model(),
            steps(training, 0),
            request.train(),
            request.validation(),
            request.seed(),
            request.checkpoints(),
            request.dequantizerWeights(),
            request.device(),
            request.threads());
    TrainingResult start = Trainings.run(none, new Trainings.Heard());
    Checkpoint.read(
        start.weights().getParent(),
        request.model(),
        request.seed(),
        weights,
        average,
        adam,
        kernels);
  }

  /** The same rules with another budget. */
  private static TrainingSpec steps(TrainingSpec t, int steps) {
    return new TrainingSpec(
        steps,
        t.batch(),
        t.initBatch(),
        t.optimizer(),
        t.schedule(),
        t.ema(),
        t.clip(),
        t.validateEvery(),
        t.validationImages(),
        t.checkpointEvery());
  }

  End run() {
    BatchOrder order =
        BatchOrder.of(
            Seeds.derive(request.seed(), "batches", 0), request.train().size(), training.batch());
    List<Double> losses = new ArrayList<>();
    try (Gradients off = Gradients.off()) {
      for (int step = 1; step <= training.steps(); step++) {
        losses.add(step(step, order.batch(step - 1L)));
      }
      TrainingListener.Validation validation =
          new Validator(request, model, Objective.BOUND, manager, kernels, workers, average)
              .validate(training.steps());
      return new End(losses, validation);
    }
  }

  /** The batch's loss in bits/dim. */
  private double step(int step, int[] indices) {
    List<Callable<Replica.Share>> tasks = new ArrayList<>();
    int n = shares.size();
    for (int i = 0; i < n; i++) {
      Share share = shares.get(i);
      int from = (int) ((long) i * indices.length / n);
      int to = (int) ((i + 1L) * indices.length / n);
      tasks.add(() -> share.gradient(step, indices, from, to));
    }
    List<Replica.Share> parts = workers.run(tasks);
    try (NDManager scratch = manager.newSubManager()) {
      List<NDArray> gradients = parts.stream().map(Replica.Share::gradient).toList();
      gradients.forEach(gradient -> gradient.attach(scratch));
      double norm = adam.move(adam.learningRate(step, 1), step, gradients, scratch);
      if (!Double.isFinite(norm)) {
        throw new IllegalStateException("step " + step + ": the gradient's norm is " + norm);
      }
    }
    return parts.stream().mapToDouble(Replica.Share::loss).sum();
  }

  private Replica.Share recorded(
      Weights leaves, Weights gradients, int step, int[] indices, int from, int to) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray loss;
      try (Gradients on = Gradients.record()) {
        NDArray x = Batches.of(request.train(), Arrays.copyOfRange(indices, from, to), scratch);
        long dropout = Seeds.derive(request.seed(), "dropout", step);
        long noise = Seeds.derive(request.seed(), "noise", step);
        long[] each =
            IntStream.range(from, to).mapToLong(i -> Seeds.derive(noise, "image", i)).toArray();
        Pass pass = new Pass(scratch, kernels, leaves, Pass.Mode.TRAIN, dropout, from);
        FlowPlusPlus.Bound bound = model.bound(x, Randomness.ofImages(each), 1, pass);
        double nats = indices.length * Math.log(2) * request.model().shape().dimensions();
        loss = Objective.BOUND.loss(bound).sum().mul(scratch.full(new Shape(), (float) (1 / nats)));
        Gradients.backward(loss);
      }
      List<NDArray> found = Gradients.of(leaves.views(), scratch);
      try (Gradients off = Gradients.off()) {
        model.parameters().forEach(p -> gradients.assign(p, found.get(p.index()), kernels));
      }
      NDArray gradient = gradients.flat().stopGradient();
      gradient.attach(manager);
      Gradients.clear(leaves.views());
      return new Replica.Share(loss.getFloat(), gradient);
    }
  }

  @Override
  public void close() {
    workers.close();
    owned.forEach(Runnable::run);
    adam.close();
    weights.close();
    average.close();
    kernels.close();
    manager.close();
  }
}
