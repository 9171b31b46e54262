package io.flowpp.platform.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.Cancellation;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Computes a finished run once more, from what it recorded, beside the first. */
public final class RepeatRun {
  private static final String SUFFIX = "-reproduction";

  private final FinishedRuns finished;
  private final RunExperiment experiments;
  private final Identities identities;

  @Inject
  RepeatRun(FinishedRuns finished, RunExperiment experiments, Identities identities) {
    this.finished = finished;
    this.experiments = experiments;
    this.identities = identities;
  }

  /**
   * Runs the same configuration on as many threads, every stage anew, as the run {@code
   * NAME-reproduction}; goes on with one that was interrupted.
   *
   * @param command the line that goes on with it
   * @throws UserFault where the raw data are absent or are not those of the first run, or a stage
   *     fails, or it was interrupted
   */
  public FinishedRun repeat(
      FinishedRun original, String command, RunListener listener, Cancellation cancellation) {
    LoadedExperiment experiment = again(original);
    Identity identity =
        identities.newest(experiment).orElseThrow(() -> RunExperiment.absent(experiment));
    String raw = original.record().rawDigest();
    if (!identity.rawDigest().equals(raw)) {
      throw new UserFault(
          ExitCode.USAGE,
          "different-data",
          "holds other raw images (" + identity.rawDigest() + ") than the run read (" + raw + ")",
          experiment.config().data().source(),
          "put the run's raw files there");
    }
    boolean begun =
        identity.record().generation() != null
            && identity.record().result() == null
            && isSameProgram(identity.record().environment());
    RunRequest request =
        new RunRequest(
            experiment,
            null,
            begun ? RunRequest.Freshness.REUSE : RunRequest.Freshness.FRESH,
            null,
            command,
            null);
    return finished.find(experiments.run(request, listener, cancellation).runId());
  }

  /** Marks the run as killed although its stage still works. */
  public void abandon() {
    experiments.abandon();
  }

  /** Stages that another program left would be the very thing that is not to be trusted. */
  private static boolean isSameProgram(Map<String, String> begunBy) {
    Map<String, String> now = Surroundings.now("", "");
    return !"true".equals(now.get("git.dirty"))
        && List.of("git.commit", "git.dirty", "flowpp", "java", "libtorch").stream()
            .allMatch(name -> Objects.equals(begunBy.get(name), now.get(name)));
  }

  private static LoadedExperiment again(FinishedRun original) {
    ObjectNode tree = original.experiment().standalone();
    tree.put("name", RunTitle.derived(original.record().name(), SUFFIX));
    ObjectNode execution = tree.withObjectProperty("execution");
    execution.put("threads", original.trained().compute().threads());
    execution.put("runner", "direct");
    tree.withObjectProperty("tracking").putNull("register"); // it is no new model
    return ExperimentLoader.standalone(
        "the experiment of " + original.record().runId(), tree.toString(), List.of());
  }
}
