package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.data.BatchOrder;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.flow.DomainException;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.weights.SpecJson;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * The steps that both trainings share: start or resume, step, validate, checkpoint. Every random
 * number is a function of (seed, purpose, step).
 */
final class TrainingLoop implements AutoCloseable {
  private static final int VALIDATION_BATCH = 25;

  private final TrainingRequest request;
  private final TrainingSpec training;
  private final FlowPlusPlus model;
  private final Objective objective;
  private final TrainingListener listener;
  private final NDManager manager;
  private final Workers workers;
  private final Kernels kernels;
  private final Weights weights;
  private final Weights average;
  private final List<Replica> replicas = new ArrayList<>();
  private final Adam adam;
  private final BatchOrder order;
  private final List<TrainingListener.Step> curve = new ArrayList<>();
  private final List<TrainingListener.Validation> validations = new ArrayList<>();
  private double secondsBefore;
  private final long started = System.nanoTime();

  TrainingLoop(
      TrainingRequest request, FlowPlusPlus model, Objective objective, TrainingListener listener) {
    this(request, model, objective, listener, Batches::of);
  }

  /**
   * @param reader reads the images of a step
   */
  TrainingLoop(
      TrainingRequest request,
      FlowPlusPlus model,
      Objective objective,
      TrainingListener listener,
      BatchReader reader) {
    this.request = request;
    this.training = request.training();
    this.model = model;
    this.objective = objective;
    this.listener = listener;
    if (training.compute().precision() == Precision.BF16) {
      throw new UnsupportedOperationException("training.precision: bf16 has no kernels yet");
    }
    manager = ComputeDevice.open(request.device());
    workers = Workers.of(ComputeDevice.workers(manager, request.threads()));
    kernels = Kernels.load(manager);
    weights =
        Weights.random(manager, kernels, model.parameters(), DataType.FLOAT32, request.seed());
    average = Weights.copyOf(weights, manager, kernels);
    adam = new Adam(training, kernels, manager, weights, average);
    for (int i = 0; i < Math.min(workers.size(), training.batch()); i++) {
      replicas.add(new Replica(request, model, objective, manager, kernels, weights, reader));
    }
    order =
        BatchOrder.of(
            Seeds.derive(request.seed(), "batches", 0), request.train().size(), training.batch());
  }

  TrainingResult run(BooleanSupplier cancelled) {
    try (Gradients off = Gradients.off()) {
      int resumed = resume().orElseGet(this::initialise);
      listener.started(resumed, training.steps());
      int step = resumed;
      int saved = resumed;
      while (step < training.steps() && !cancelled.getAsBoolean()) {
        step++;
        TrainingListener.Step done = step(step);
        curve.add(done);
        listener.step(done);
        if (training.validateEvery() > 0
            && (step % training.validateEvery() == 0 || step == training.steps())) {
          TrainingListener.Validation validation = validate(step);
          validations.add(validation);
          listener.validated(validation);
        }
        if (training.checkpointEvery() > 0
            && step % training.checkpointEvery() == 0
            && step < training.steps()) {
          listener.checkpointed(step, checkpoint(step));
          saved = step;
        }
      }
      Path last = Checkpoint.latest(request.checkpoints(), training.steps()).orElse(null);
      if (last == null || saved != step) {
        last = checkpoint(step);
        listener.checkpointed(step, last);
      }
      return new TrainingResult(
          step,
          resumed,
          step < training.steps(),
          last.resolve(Checkpoint.WEIGHTS),
          WeightFile.sha256(average),
          seconds(),
          List.copyOf(curve),
          List.copyOf(validations));
    }
  }

  private Optional<Integer> resume() {
    return Checkpoint.latest(request.checkpoints(), training.steps())
        .map(
            path -> {
              Checkpoint.State state =
                  Checkpoint.read(path, model.spec(), weights, average, adam, kernels);
              curve.addAll(state.curve());
              validations.addAll(state.validations());
              secondsBefore = state.seconds();
              return state.step();
            });
  }

  /**
   * The data-dependent initialisation: the dequantizer first, unless it comes pretrained, then the
   * flow on x+u; the average starts at the weights.
   */
  private int initialise() {
    try (NDManager scratch = manager.newSubManager()) {
      long seed = Seeds.derive(request.seed(), "initialisation", 0);
      int[] indices = BatchOrder.of(seed, request.train().size(), training.initBatch()).batch(0);
      NDArray x = Batches.of(request.train(), indices, scratch);
      Pass initialising = new Pass(scratch, kernels, weights, Pass.Mode.INITIALISE, seed);
      Pass drawing = initialising;
      if (request.dequantizerWeights() != null) {
        WeightFile.read(
            request.dequantizerWeights(), weights, model.spec(), FlowPlusPlus.DEQUANTIZER, kernels);
        drawing = new Pass(scratch, kernels, weights, Pass.Mode.EVALUATE, seed);
      }
      NDArray u = model.dequantizer().draw(x, Randomness.ofBatch(seed), 1, drawing).u();
      model.logDensity(x.add(u), initialising);
      kernels
          .call("copy")
          .with(weights.flat())
          .with(average.flat())
          .run()
          .forEach(a -> a.attach(scratch));
    }
    return 0;
  }

  /**
   * Each replica takes its share of the batch; their gradients add up to that of the whole batch.
   */
  private TrainingListener.Step step(int step) {
    long begin = System.nanoTime();
    int[] indices = order.batch(step - 1L);
    List<Callable<Replica.Share>> shares = new ArrayList<>();
    for (int i = 0; i < replicas.size(); i++) {
      Replica replica = replicas.get(i);
      int from = i * indices.length / replicas.size();
      int to = (i + 1) * indices.length / replicas.size();
      shares.add(() -> replica.gradient(step, indices, from, to));
    }
    List<Replica.Share> done = run(step, shares);
    double bits = done.stream().mapToDouble(Replica.Share::loss).sum();
    if (!Double.isFinite(bits)) {
      throw new DivergedException(step, "the loss (bits/dim)", bits);
    }
    try (NDManager scratch = manager.newSubManager()) {
      List<NDArray> gradients = done.stream().map(Replica.Share::gradient).toList();
      gradients.forEach(g -> g.attach(scratch));
      double norm = adam.step(step, gradients, scratch);
      if (!Double.isFinite(norm)) {
        throw new DivergedException(step, "the gradient's norm", norm);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new TrainingListener.Step(
          step, bits, norm, adam.learningRate(step), indices.length / seconds);
    }
  }

  /** A layer that no longer gives numbers is a training that diverged. */
  private <T> List<T> run(int step, List<Callable<T>> tasks) {
    try {
      return workers.run(tasks);
    } catch (ArithmeticException | DomainException e) {
      throw new DivergedException(step, e);
    }
  }

  /**
   * On the averaged weights, the first images of the validation split, with the same noise each
   * time.
   */
  private TrainingListener.Validation validate(int step) {
    int count = Math.min(training.validationImages(), request.validation().size());
    List<Callable<double[]>> parts = new ArrayList<>();
    for (int from = 0; from < count; from += VALIDATION_BATCH) {
      int begin = from;
      int end = Math.min(count, from + VALIDATION_BATCH);
      parts.add(() -> validate(begin, end));
    }
    double loss = 0;
    double noise = 0;
    for (double[] sums : run(step, parts)) {
      loss += sums[0];
      noise += sums[1];
    }
    return new TrainingListener.Validation(step, loss / nats(count), -noise / nats(count));
  }

  /** Sums over images of the loss and of log q(u|x), in nats. */
  private double[] validate(int from, int to) {
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      NDArray x = Batches.of(request.validation(), Batches.range(from, to), scratch);
      Pass pass = new Pass(scratch, kernels, average, Pass.Mode.EVALUATE, 0);
      Randomness noise = Randomness.ofBatch(Seeds.derive(request.seed(), "validation", from));
      FlowPlusPlus.Bound bound = model.bound(x, noise, 1, pass);
      return new double[] {
        objective.loss(bound).sum().getFloat(), bound.logNoise().sum().getFloat()
      };
    }
  }

  /** Nats of {@code images} images at one bit per dimension. */
  private double nats(int images) {
    return images * Math.log(2) * model.spec().shape().dimensions();
  }

  private Path checkpoint(int step) {
    Checkpoint.State state =
        new Checkpoint.State(
            step,
            seconds(),
            request.threads(),
            WeightFile.sha256(average),
            null,
            SpecJson.tree(model.spec()),
            List.copyOf(curve),
            List.copyOf(validations));
    return Checkpoint.write(request.checkpoints(), state, model.spec(), weights, average, adam);
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) / 1e9;
  }

  @Override
  public void close() {
    workers.close();
    replicas.forEach(Replica::close);
    adam.close();
    weights.close();
    average.close();
    kernels.close();
    manager.close();
  }
}
