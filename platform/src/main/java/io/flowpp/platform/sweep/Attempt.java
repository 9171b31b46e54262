package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.ChildCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a trial, from its process's start to what the ledger is told: the process's death,
 * however it comes, is this trial's failure and nobody else's.
 */
final class Attempt {
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** A trial that is asked to stop ends its step and writes a checkpoint. */
  private static final Duration STOP_PATIENCE = Duration.ofMillis(5500);

  /**
   * Beats for which a trial that was interrupted waits for the word that its worker was too: a
   * signal to a process group reaches all at once, and the wish to stop takes a moment.
   */
  private static final int ASKED_PATIENCE = 5;

  private final Ledger ledger;
  private final SweepState sweep;
  private final Claim.Taken taken;
  private final Duration leaseTime;
  private final BooleanSupplier cancelled;
  private long renewedNanos = System.nanoTime();

  /**
   * @param cancelled whether this worker is to stop
   */
  Attempt(
      Ledger ledger,
      SweepState sweep,
      Claim.Taken taken,
      Duration leaseTime,
      BooleanSupplier cancelled) {
    this.ledger = ledger;
    this.sweep = sweep;
    this.taken = taken;
    this.leaseTime = leaseTime;
    this.cancelled = cancelled;
  }

  /**
   * @param environment of the process, on top of ours
   * @return whether there was a process at all: where not, the fault is this machine's
   */
  boolean run(ChildCommand command, Map<String, String> environment, SweepPlaces folder)
      throws InterruptedException {
    String name = "attempt-" + taken.lease().attempt() + "-" + taken.lease().token();
    TrialProcess started;
    Path answer;
    try {
      Path place = folder.trial(taken.trial().spec().id());
      answer = place.resolve(name + ".answer.json");
      List<String> words = new ArrayList<>(command.words());
      words.add(write(place, name, answer).toString());
      started = TrialProcess.start(words, threaded(environment), place.resolve(name + ".log"));
    } catch (UncheckedIOException | OutOfMemoryError fault) { // a full disk, no more processes
      tell(new Ending.Failed(cannotStart(fault), true));
      return false;
    }
    try (TrialProcess process = started) {
      Optional<Ending> ending =
          ledger.running(taken.lease(), process.pid(), process.started())
              ? watch(process, answer)
              : Optional.empty();
      if (ending.isPresent()) {
        tell(ending.get());
      }
    }
    return true;
  }

  private static Cause cannotStart(Throwable fault) {
    Throwable reason = fault.getCause() == null ? fault : fault.getCause();
    String message = "its process could not be started here: " + reason.getMessage();
    return new Cause("cannot-start", message.lines().findFirst().orElse(""), List.of(), null);
  }

  /** Empty where the lease was lost. */
  private Optional<Ending> watch(TrialProcess process, Path answer) throws InterruptedException {
    int patience = ASKED_PATIENCE;
    while (true) {
      Optional<Integer> exit = await(process);
      if (cancelled.getAsBoolean() || Thread.currentThread().isInterrupted()) {
        return Optional.of(stopped(process, exit, answer, new Ending.Released()));
      }
      if (exit.isPresent() && exit.get() == ExitCode.INTERRUPTED.number() && patience-- > 0) {
        pause();
      } else if (exit.isPresent()) {
        return Optional.of(Diagnosis.of(exit.get(), answer, process));
      }
      Optional<Duration> silence = process.hangs(sweep.spec().limits().hangAfter());
      if (silence.isPresent()) {
        process.dumpThreads();
        process.kill();
        process.await(STOP_PATIENCE);
        return Optional.of(Diagnosis.hung(silence.get(), process));
      }
      switch (renew(process)) {
        case LOST -> {
          process.kill();
          return Optional.empty();
        }
        case STOP -> {
          return Optional.of(stopped(process, Optional.empty(), answer, new Ending.Paused()));
        }
        case HELD -> {
          continue;
        }
      }
    }
  }

  /** An interrupted worker stops like one that was told to. */
  private Optional<Integer> await(TrialProcess process) {
    try {
      return process.await(BEAT);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BEAT.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** A trial that came to its end all the same is done. */
  private Ending stopped(
      TrialProcess process, Optional<Integer> exit, Path answer, Ending otherwise)
      throws InterruptedException {
    boolean interrupted = Thread.interrupted(); // it would cut the waiting short
    try {
      process.stop();
      Optional<Integer> end = exit.isPresent() ? exit : process.await(STOP_PATIENCE);
      if (end.isPresent() && Diagnosis.of(end.get(), answer, process) instanceof Ending.Done done) {
        return done;
      }
      return otherwise;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A database that is away for a moment costs nothing: the lease lasts longer. */
  private Ledger.Hold renew(TrialProcess process) {
    try {
      Ledger.Hold hold = ledger.renew(taken.lease(), leaseTime, process.progress().orElse("null"));
      renewedNanos = System.nanoTime();
      return hold;
    } catch (UserFault away) {
      return System.nanoTime() - renewedNanos < leaseTime.toNanos()
          ? Ledger.Hold.HELD
          : Ledger.Hold.LOST;
    }
  }

  /** Whatever is not told is found by the next worker: the results are in the workspace. */
  private void tell(Ending ending) throws InterruptedException {
    while (true) {
      try {
        ledger.end(taken.lease(), ending);
        return;
      } catch (UserFault away) {
        if (System.nanoTime() - renewedNanos > leaseTime.toNanos()) {
          throw away;
        }
        Thread.sleep(BEAT.toMillis());
      }
    }
  }

  private Map<String, String> threaded(Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("OMP_NUM_THREADS", String.valueOf(sweep.spec().threads()));
    return all;
  }

  private Path write(Path place, String name, Path answer) {
    TrialSpec spec = taken.trial().spec();
    Path experiment = place.resolve("experiment.yaml");
    Path task = place.resolve(name + ".task.json");
    @Nullable String parent = sweep.mlflowRunId();
    try {
      Files.writeString(experiment, spec.config());
      SweepJson.writeFile(
          task,
          new TrialTask(
              sweep.spec().name(),
              spec.id(),
              spec.params(),
              experiment.toString(),
              answer.toString(),
              SweepTracking.key(sweep),
              parent));
      return task;
    } catch (IOException e) {
      throw new UncheckedIOException("a trial's task cannot be written", e);
    }
  }
}
