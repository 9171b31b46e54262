package io.flowpp.platform.sweep;

import io.flowpp.platform.beam.Runners;
import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.RunExperiment;
import io.flowpp.platform.execution.RunRequest;
import io.flowpp.platform.execution.RunResult;
import io.flowpp.platform.execution.SweepTrial;
import io.flowpp.platform.stage.Cancellation;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The whole work of a trial's process: its run, told to the process that supervises it. */
public final class RunTrial {
  private final RunExperiment experiments;

  @Inject
  RunTrial(RunExperiment experiments) {
    this.experiments = experiments;
  }

  /**
   * @param task a {@link TrialTask} as the supervisor wrote it
   * @param out to the supervisor
   */
  public void run(Path task, PrintStream out, Cancellation cancellation) {
    TrialTask todo = read(task);
    Path answer = Path.of(todo.answer());
    try {
      RunRequest request =
          new RunRequest(
              ExperimentLoader.load(Path.of(todo.experiment()), List.of()),
              Runners.IN_LINE,
              RunRequest.Freshness.REUSE,
              null,
              "./flowpp run " + todo.experiment(),
              new SweepTrial(
                  todo.sweep(),
                  todo.trial(),
                  todo.params(),
                  todo.trackingKey(),
                  todo.mlflowRunId()));
      RunResult result = experiments.run(request, new TrialLines(out), cancellation);
      leave(answer, new TrialAnswer(SweepJson.tree(result), null));
    } catch (RuntimeException | Error fault) {
      leave(answer, new TrialAnswer(null, fault(fault)));
      throw fault;
    }
  }

  /** Marks the run as killed although its stage still works. */
  public void abandon() {
    experiments.abandon();
  }

  private static TrialAnswer.Fault fault(Throwable thrown) {
    if (thrown instanceof UserFault fault) {
      return new TrialAnswer.Fault(fault.exitCode().number(), fault.code(), fault.line());
    }
    if (thrown instanceof ConfigException config) {
      return new TrialAnswer.Fault(
          ExitCode.USAGE.number(), "configuration", config.problems().get(0).toString());
    }
    String code = thrown instanceof OutOfMemoryError ? "out-of-memory" : "internal";
    return new TrialAnswer.Fault(ExitCode.INTERNAL.number(), code, thrown.toString());
  }

  private static TrialTask read(Path task) {
    try {
      return SweepJson.readFile(task, TrialTask.class);
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-task",
          "is no trial's task: " + e.getMessage(),
          task.toString(),
          "this command is for a sweep's own use; start one with: flowpp sweep run FILE",
          e);
    }
  }

  private static void leave(Path file, TrialAnswer answer) {
    try {
      SweepJson.writeFile(file, answer);
    } catch (IOException e) {
      throw new UncheckedIOException("what came of the trial cannot be written", e);
    }
  }
}
