package io.flowpp.platform.execution;

import io.flowpp.platform.tracking.NotSent;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code flowpp run --json} prints.
 *
 * @param status finished, failed or killed
 * @param stages as this process did them: those that were there took it no time
 * @param weightsSha256 of the final EMA weights; null where the run stopped before
 * @param report null where the run stopped before
 * @param summary a file with the same for people; null where the run stopped before
 * @param trackingUri null where there is no server
 * @param tracking synced, pending or offline
 * @param trackingPage of the run
 * @param trackingRanking the experiment's runs, best first
 * @param trackingTable the experiment's runs with their stages, newest first
 * @param trackingNotSent artifacts that the server will not have
 */
public record RunResult(
    String runId,
    String name,
    String status,
    List<RunRecord.Stage> stages,
    Map<String, Double> metrics,
    @Nullable String weightsSha256,
    @Nullable String report,
    @Nullable String summary,
    @Nullable String trackingUri,
    String tracking,
    @Nullable String mlflowRunId,
    @Nullable String trackingPage,
    @Nullable String trackingRanking,
    @Nullable String trackingTable,
    List<NotSent> trackingNotSent,
    String workspace) {

  public RunResult {
    stages = List.copyOf(stages);
    metrics = new TreeMap<>(metrics);
    trackingNotSent = List.copyOf(trackingNotSent);
  }

  static RunResult of(
      RunRecord record,
      List<RunRecord.Stage> stages,
      Map<String, Double> metrics,
      @Nullable String weightsSha256,
      Path workspace) {
    RunRecord.Result result = record.result();
    return new RunResult(
        record.runId(),
        record.name(),
        record.status().name().toLowerCase(Locale.ROOT),
        stages,
        metrics,
        weightsSha256,
        result == null ? null : result.report().toString(),
        result == null ? null : result.report().resolveSibling(ReportMaker.SUMMARY).toString(),
        record.tracking().uri(),
        record.tracking().state(),
        record.tracking().runId(),
        record.tracking().page(),
        record.tracking().ranking(),
        record.tracking().table(),
        record.tracking().notSent(),
        workspace.toString());
  }
}
