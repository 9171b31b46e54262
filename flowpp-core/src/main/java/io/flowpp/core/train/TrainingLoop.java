package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.data.BatchOrder;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.flow.DomainException;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.KernelTimes;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.random.Randomness;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.MemoryEstimate;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.weights.SpecJson;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps that both trainings share: start or resume, step, validate, checkpoint. Every random
 * number is a function of (seed, purpose, step).
 */
final class TrainingLoop implements AutoCloseable {
  private static final int NONE = -1;

  private final TrainingRequest request;
  private final TrainingSpec training;
  private final FlowPlusPlus model;
  private final TrainingListener listener;
  private final NDManager manager;
  private final Workers workers;
  private final Kernels kernels;
  private final Weights weights;
  private final Weights average;
  private final DataParallel parallel;
  private final Adam adam;
  private final Memory memory;
  private final BatchStep batchStep;
  private final Validator validator;
  private final CheckpointStore store;
  private final CheckpointWriter writer;
  private final Progress progress = new Progress();
  private BatchOrder order;
  private int saved = NONE;
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
    this.listener = listener;
    List<String> devices = ComputeDevice.list(request.device());
    int[] threads = DataParallel.threads(devices, request.threads());
    manager = ComputeDevice.open(devices.get(0));
    workers = Workers.of(ComputeDevice.workers(manager, threads[0]));
    kernels = Kernels.load(manager);
    weights = start();
    average = Weights.copyOf(weights, manager, kernels);
    adam = new Adam(training, kernels, workers, manager, weights, average);
    memory =
        MemoryEstimate.choose(
            model.spec(), training, request.threads(), ComputeDevice.freeMemory(manager));
    parallel =
        new DataParallel(
            devices,
            threads,
            training.batch(),
            workers,
            new Placed(manager, kernels, weights),
            sharedGradient(),
            (on, gathering) ->
                new Replica(
                    request,
                    model,
                    objective,
                    memory,
                    on.manager(),
                    on.kernels(),
                    on.weights(),
                    gathering,
                    reader));
    batchStep = new BatchStep(manager, kernels, parallel, weights, adam);
    validator = new Validator(request, model, objective, manager, kernels, workers, average);
    store = new CheckpointStore(request.checkpoints(), training);
    writer = new CheckpointWriter(store, model.spec());
    order = order(0);
  }

  /**
   * Lean, the threads of the first device have one gradient among them. Several micro-batches want
   * one each: a thread's are added up before they meet the others'.
   */
  private @Nullable SharedGradient sharedGradient() {
    int shares = Math.min(workers.size(), training.batch());
    boolean one = memory == Memory.LEAN && training.compute().microBatch() == 0 && shares > 1;
    return one ? new SharedGradient(manager, kernels, weights, shares) : null;
  }

  /** From now on the time that each kernel takes is added to {@code times}; null ends it. */
  void timeInto(@Nullable KernelTimes times) {
    parallel.timeInto(times);
  }

  TrainingResult run(BooleanSupplier cancelled) {
    try (Gradients off = Gradients.off()) {
      int resumed = resume();
      parallel.spread();
      if (memory == Memory.LEAN && training.compute().memory() == Memory.AUTO) {
        listener.noticed(
            "computes part of each step twice to save memory, for it would not fit otherwise"
                + " (training.memory: auto)");
      }
      int step = resumed;
      while (step < training.steps()
          && !progress.isPatienceOver(training)
          && !cancelled.getAsBoolean()) {
        step = advance(step + 1);
        tell(writer.done());
      }
      if (saved != step) {
        checkpoint(step);
      }
      tell(writer.await());
      return result(step, resumed);
    }
  }

  /** Goes on from the newest checkpoint, or begins. */
  private int resume() {
    Optional<Path> newest = store.newest(training.steps());
    if (newest.isEmpty()) {
      initialise();
      listener.started(0, training.steps());
      return 0;
    }
    Checkpoint.State state = read(newest.get());
    progress.restore(state);
    if (state.step() < training.steps()) {
      progress.keepValidationsEvery(training.validateEvery());
    }
    order = order(progress.health().returns());
    secondsBefore = state.seconds();
    saved = state.step();
    listener.started(state.step(), training.steps());
    if (state.threads() != parallel.shares()) {
      listener.noticed(
          String.format(
              "goes on with %d threads what %d computed: equal to rounding, but not bit for bit",
              parallel.shares(), state.threads()));
    }
    return state.step();
  }

  /**
   * Does a step, and what is due after it.
   *
   * @return the step after which the training goes on
   */
  private int advance(int step) {
    Attempt attempt = batchStep.attempt(step, batch(step), progress.health());
    if (attempt instanceof Attempt.Moved moved) {
      progress.moved(moved.step());
      listener.step(moved.step());
    } else if (attempt instanceof Attempt.Failed failed) {
      listener.skipped(progress.skipped(step, failed.reason()));
      if (progress.health().inARow() >= training.stability().returnAfter()) {
        return goBack(step);
      }
    }
    boolean best = validateIfDue(step);
    // weights that did not move are in a checkpoint already, or are not known to be good
    if (best || (store.isDue(step) && progress.health().inARow() == 0)) {
      checkpoint(step);
    }
    return step;
  }

  /**
   * The same images come in another order after a return, so that it is not the same batch again
   * that they meet: the order is a function of (seed, returns, epoch).
   */
  private BatchOrder order(int returns) {
    return BatchOrder.of(
        Seeds.derive(request.seed(), "batches", returns), request.train().size(), training.batch());
  }

  private long batchNumber(int step) {
    int overfit = training.overfitBatches();
    return overfit == 0 ? step - 1L : (step - 1L) % overfit;
  }

  private int[] batch(int step) {
    return order.batch(batchNumber(step));
  }

  /** Leaves the way that came to an end at {@code step} for the last good checkpoint. */
  private int goBack(int step) {
    Health health = progress.health();
    if (health.returns() >= training.stability().stopAfter()) {
      throw new DivergedException(step, health.inARow(), health.returns(), progress.firstReason());
    }
    tell(writer.await());
    OptionalInt good = store.newestRegular(health.lastGood());
    Health then = Health.START;
    if (good.isPresent()) {
      then = read(store.at(good.getAsInt())).health();
    } else {
      beginAnew();
    }
    int to = good.orElse(0);
    store.deleteAfter(to);
    saved = good.orElse(NONE);
    TrainingListener.Return gone =
        progress.back(step, to, then, training.stability().returnFactor());
    order = order(gone.total());
    parallel.spread();
    listener.returned(gone);
    return to;
  }

  private void beginAnew() {
    try (Weights start = start()) {
      weights.copy(start, kernels);
    }
    adam.reset();
    initialise();
  }

  private Weights start() {
    return Weights.random(manager, kernels, model.parameters(), DataType.FLOAT32, request.seed());
  }

  /**
   * The data-dependent initialisation: the dequantizer first, unless it comes pretrained, then the
   * flow on x+u; the average starts at the weights.
   */
  private void initialise() {
    // where steps are computed, so that they go on with the memory that this large batch leaves
    workers.run(List.of(this::initialised));
    average.copy(weights, kernels);
  }

  private boolean initialised() {
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
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
    }
    return true;
  }

  /**
   * @return whether {@code step} is a new best that is to be kept
   */
  private boolean validateIfDue(int step) {
    int every = training.validateEvery();
    if (every == 0 || (step % every != 0 && step != training.steps())) {
      return false;
    }
    TrainingListener.Validation validation;
    try {
      validation = validator.validate(step);
    } catch (ArithmeticException | DomainException e) {
      validation = new TrainingListener.Validation(step, Double.NaN, Double.NaN);
      listener.noticed("the validation of step " + step + " is not finite: " + e.getMessage());
    }
    progress.validated(validation);
    listener.validated(validation);
    boolean keeps =
        training.checkpointEvery() > 0 || training.outcome() == TrainingSpec.Outcome.BEST;
    return keeps && progress.isBest(step);
  }

  /** Copies what belongs to the state; it is written while the training goes on. */
  private void checkpoint(int step) {
    Checkpoint.State state =
        new Checkpoint.State(
            step,
            secondsBefore + (System.nanoTime() - started) / 1e9,
            parallel.shares(),
            request.seed(),
            new Checkpoint.DataPosition(
                Seeds.derive(request.seed(), "batches", progress.health().returns()),
                batchNumber(step + 1),
                order.epochs(step)),
            progress.health(),
            null,
            null,
            SpecJson.tree(model.spec()),
            SpecJson.tree(training),
            progress.curve(),
            progress.validations(),
            progress.skips(),
            progress.returns());
    tell(writer.begin(state, Snapshot.of(manager, kernels, weights, average, adam)));
    saved = step;
  }

  private Checkpoint.State read(Path checkpoint) {
    return Checkpoint.read(
        checkpoint, model.spec(), request.seed(), weights, average, adam, kernels);
  }

  private void tell(List<CheckpointWriter.Written> written) {
    written.forEach(w -> listener.checkpointed(w.step(), w.directory()));
  }

  private TrainingResult result(int step, int resumed) {
    List<TrainingListener.Validation> validations = progress.validations();
    OptionalInt bestStep = Best.step(validations, step);
    Path best = bestStep.isPresent() ? store.at(bestStep.getAsInt()) : null;
    best = best != null && Files.isDirectory(best) ? best : null;
    Path chosen =
        best != null && training.outcome() == TrainingSpec.Outcome.BEST ? best : store.at(step);
    boolean ended = step == training.steps() || progress.isPatienceOver(training);
    Checkpoint.State state = Checkpoint.state(chosen);
    return new TrainingResult(
        step,
        resumed,
        !ended,
        chosen.resolve(Checkpoint.WEIGHTS),
        best == null ? null : best.resolve(Checkpoint.WEIGHTS),
        Objects.requireNonNull(state.weightsSha256()),
        secondsBefore + (System.nanoTime() - started) / 1e9,
        progress.curve(),
        validations,
        progress.skips(),
        progress.returns());
  }

  @Override
  public void close() {
    try {
      writer.close();
    } finally {
      workers.close();
      parallel.close();
      adam.close();
      weights.close();
      average.close();
      kernels.close();
      manager.close();
    }
  }
}
