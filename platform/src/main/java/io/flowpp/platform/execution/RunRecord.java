package io.flowpp.platform.execution;

import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.tracking.NotSent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the workspace remembers of a run, {@code runs/RUN_ID/run.json}.
 *
 * @param generation set by {@code --fresh}: part of the stage keys
 * @param instance names the tracked runs; new with every generation, and in every workspace
 * @param stages those that have been reached, in order
 * @param result null until the whole run has finished once
 * @param environment command, commit, versions, machine: as of the newest process that worked on it
 */
public record RunRecord(
    String runId,
    String name,
    long seed,
    @Nullable String generation,
    String instance,
    Status status,
    String rawDigest,
    List<Stage> stages,
    @Nullable Result result,
    Tracking tracking,
    Map<String, String> environment,
    ExperimentConfig config) {

  /** How far a run has come. */
  public enum Status {
    RUNNING,
    FINISHED,
    FAILED,
    KILLED
  }

  public RunRecord {
    stages = List.copyOf(stages);
    environment = Map.copyOf(environment);
  }

  /**
   * @param key the whole digest
   * @param status how the newest process that worked on it came by it
   * @param trackingShare of a training: the part of that process's training time that went into
   *     being tracked
   */
  public record Stage(
      String name,
      String key,
      String status,
      double seconds,
      @Nullable Double trackingShare,
      @Nullable String mlflowRunId) {
    Stage withMlflowRunId(@Nullable String id) {
      return new Stage(name, key, status, seconds, trackingShare, id);
    }

    /** Whether that process computed nothing for it. */
    boolean wasThere() {
      return status.equals(StageStatus.CACHED.id()) || status.equals(StageStatus.SKIPPED.id());
    }
  }

  /**
   * @param finishedAt ISO 8601
   * @param registered the registered model that it became a version of; null for none
   */
  public record Result(
      Map<String, Double> metrics,
      String weightsSha256,
      String dataDigest,
      Path report,
      String finishedAt,
      @Nullable String registered) {
    public Result {
      metrics = Map.copyOf(metrics);
    }
  }

  /**
   * @param state synced, pending or offline
   * @param page of the parent run
   * @param ranking the experiment's runs, best first
   * @param table the experiment's runs with their stages, newest first
   * @param notSent artifacts that the server will not have
   */
  public record Tracking(
      String state,
      @Nullable String uri,
      @Nullable String runId,
      @Nullable String page,
      @Nullable String ranking,
      @Nullable String table,
      List<NotSent> notSent) {
    public Tracking {
      // A record of an older version says nothing of it.
      notSent = List.copyOf(Objects.requireNonNullElse(notSent, List.of()));
    }

    /** No server knows of the run, yet or ever. */
    static Tracking none(String state) {
      return new Tracking(state, null, null, null, null, null, List.of());
    }
  }

  static RunRecord begin(
      String runId, ExperimentConfig config, String rawDigest, @Nullable String generation) {
    return new RunRecord(
        runId,
        config.name(),
        config.seed(),
        generation,
        Token.fresh(),
        Status.RUNNING,
        rawDigest,
        List.of(),
        null,
        Tracking.none("pending"),
        Map.of(),
        config);
  }

  /** Foreign weights in the model of {@code like}, as a run that no tracker knows. */
  static RunRecord imported(
      String runId, String name, RunRecord like, Stage trained, Map<String, String> origin) {
    return new RunRecord(
        runId,
        name,
        like.seed(),
        null,
        Token.fresh(),
        Status.FINISHED,
        like.rawDigest(),
        List.of(trained),
        null,
        Tracking.none("offline"),
        origin,
        like.config());
  }

  /** Under which the tracker knows the run. */
  String trackingKey() {
    return runId + "/" + instance;
  }

  RunRecord withEnvironment(Map<String, String> found) {
    return new RunRecord(
        runId,
        name,
        seed,
        generation,
        instance,
        status,
        rawDigest,
        stages,
        result,
        tracking,
        found,
        config);
  }

  RunRecord withStatus(Status now, List<Stage> reached) {
    return new RunRecord(
        runId,
        name,
        seed,
        generation,
        instance,
        now,
        rawDigest,
        reached,
        result,
        tracking,
        environment,
        config);
  }

  RunRecord withTracking(Tracking now, List<Stage> reached) {
    return new RunRecord(
        runId,
        name,
        seed,
        generation,
        instance,
        status,
        rawDigest,
        reached,
        result,
        now,
        environment,
        config);
  }

  RunRecord withResult(Result whole) {
    return new RunRecord(
        runId,
        name,
        seed,
        generation,
        instance,
        status,
        rawDigest,
        stages,
        whole,
        tracking,
        environment,
        config);
  }
}
