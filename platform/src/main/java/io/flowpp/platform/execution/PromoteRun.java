package io.flowpp.platform.execution;

import com.google.inject.Inject;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.tracking.ModelVersion;
import io.flowpp.platform.tracking.Registry;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gives a run's version in the registry of models an alias, such as {@code champion}. */
public final class PromoteRun {
  private final TrainedRuns runs;
  private final Registry registry;

  @Inject
  PromoteRun(TrainedRuns runs, Registry registry) {
    this.runs = runs;
    this.registry = registry;
  }

  /**
   * @param run as users name runs
   * @param model the registered model; null for the run's own: its tracking.register, else its name
   */
  public record Request(String run, String alias, @Nullable String model) {}

  /**
   * @param version of the model
   * @param page of the version in the UI
   */
  public record Promoted(
      String runId, String model, String version, String alias, String mlflowRunId, String page) {}

  /**
   * @throws UserFault where the run is not there, has not finished, or is not on the server
   */
  public Promoted promote(Request request) {
    RunRecord record = runs.record(request.run());
    RunRecord.Result result = record.result();
    if (result == null) {
      throw fault(
          record,
          "unfinished-run",
          "has not finished, so it has no scores to be promoted by",
          "run the experiment to its end first");
    }
    String parent = record.tracking().runId();
    if (parent == null) {
      throw fault(
          record,
          "untracked-run",
          "is on no tracking server yet",
          "send it with: flowpp runs sync");
    }
    ModelVersion version = version(request, record, result);
    Registry.Version promoted =
        registry.promote(version, parent, runs.weights(record), request.alias());
    return new Promoted(
        record.runId(),
        promoted.model(),
        promoted.number(),
        request.alias(),
        promoted.runId(),
        promoted.page().toString());
  }

  private static ModelVersion version(Request request, RunRecord record, RunRecord.Result result) {
    String own = record.config().tracking().register();
    String model = request.model() != null ? request.model() : own != null ? own : record.name();
    Map<String, String> tags = new TreeMap<>();
    tags.put(RunModels.RUN_ID, record.runId());
    tags.put("flowpp.weights_sha256", result.weightsSha256());
    tags.put("flowpp.data_digest", result.dataDigest());
    return RunModels.version(
        model, new RunNote(record.config(), record.environment()), result.metrics(), tags);
  }

  private static UserFault fault(RunRecord record, String code, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, code, message, record.runId(), suggestion);
  }
}
