package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.Cancellation;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores the model of a finished run in another way: a run beside it that shares its training. */
public final class EvaluateRun {
  private static final String SUFFIX = "-evaluation";

  private final FinishedRuns finished;
  private final RunExperiment experiments;
  private final Identities identities;

  @Inject
  EvaluateRun(FinishedRuns finished, RunExperiment experiments, Identities identities) {
    this.finished = finished;
    this.experiments = experiments;
    this.identities = identities;
  }

  /**
   * @param run as users name runs
   * @param samples importance samples an image; null for as many as the run had
   * @param images test images, from the front; null for as many as the run had
   * @param runner overrides the run's; null to keep it
   */
  public record Request(
      String run,
      @Nullable Integer samples,
      @Nullable Integer images,
      @Nullable String runner,
      String command) {}

  /**
   * @throws UserFault where the run has not finished, its raw images are absent, the numbers make
   *     no sense, or the evaluation fails or was interrupted
   */
  public RunResult evaluate(Request request, RunListener listener, Cancellation cancellation) {
    FinishedRun run = finished.find(request.run());
    ObjectNode tree = run.experiment().standalone();
    ObjectNode evaluation = tree.withObjectProperty("evaluation");
    if (request.samples() != null) {
      evaluation.put("samples", request.samples());
    }
    if (request.images() != null) {
      evaluation.put("images", request.images());
    }
    if (request.samples() != null || request.images() != null) {
      tree.put("name", RunTitle.derived(run.record().name(), SUFFIX));
      tree.withObjectProperty("tracking").putNull("register"); // it is no new model
    }
    LoadedExperiment experiment =
        ExperimentLoader.standalone(
            "the experiment of " + run.record().runId(), tree.toString(), List.of());
    Identity identity =
        identities
            .beside(experiment, run.record().generation())
            .orElseThrow(() -> RunExperiment.absent(experiment));
    return experiments.run(
        new RunRequest(
            experiment,
            request.runner(),
            RunRequest.Freshness.REUSE,
            null,
            request.command(),
            null),
        identity,
        listener,
        cancellation);
  }

  /** Marks the run as killed although its stage still works. */
  public void abandon() {
    experiments.abandon();
  }
}
