package io.flowpp.platform.execution;

import io.flowpp.platform.tracking.Journals;
import io.flowpp.platform.tracking.NotSent;
import io.flowpp.platform.tracking.RunHistory;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What runs there are and what they came to, from the workspace alone: no server is asked. */
public final class RunCatalogue {
  private static final String INTERRUPTED = "interrupted";

  private final RunRecords records;
  private final TrainedRuns references;
  private final Journals journals;
  private final Workspace workspace;

  @Inject
  RunCatalogue(RunRecords records, TrainedRuns references, Journals journals, Workspace workspace) {
    this.records = records;
    this.references = references;
    this.journals = journals;
    this.workspace = workspace;
  }

  /**
   * @param status running, finished, failed, killed, or interrupted: its process is gone, and the
   *     same command goes on
   * @param stage the last one that was reached
   * @param pending events that the server has not got yet
   * @param notSent artifacts that it will not have
   */
  public record Row(
      String runId,
      String name,
      long seed,
      String status,
      @Nullable String stage,
      Instant changed,
      Map<String, Double> metrics,
      long pending,
      List<NotSent> notSent,
      @Nullable String mlflowRunId,
      @Nullable String page) {
    public Row {
      metrics = new TreeMap<>(metrics);
      notSent = List.copyOf(notSent);
    }
  }

  /**
   * @param tracked the experiment's own run and those of its stages, as the journal has them; of
   *     all its generations
   * @param environment command, commit, versions, machine
   */
  public record Shown(Row run, List<RunHistory> tracked, Map<String, String> environment) {
    public Shown {
      tracked = List.copyOf(tracked);
      environment = new TreeMap<>(environment);
    }
  }

  /** That which was worked on last first. */
  public List<Row> list() {
    return records.newestFirst().stream().map(this::row).toList();
  }

  public Shown show(String reference) {
    RunRecord record = references.record(reference);
    return new Shown(
        row(record), journals.runs(journal(workspace, record.runId())), record.environment());
  }

  /** The directory of a run's journal, which may not be there. */
  static Path journal(Workspace workspace, String runId) {
    return workspace.root().resolve("journals").resolve(runId);
  }

  private Row row(RunRecord record) {
    Path journal = journal(workspace, record.runId());
    RunRecord.Result result = record.result();
    List<RunRecord.Stage> stages = record.stages();
    return new Row(
        record.runId(),
        record.name(),
        record.seed(),
        status(record, journal),
        stages.isEmpty() ? null : stages.get(stages.size() - 1).name(),
        records.changed(record.runId()),
        result == null ? Map.of() : result.metrics(),
        journals.unsent(journal),
        journals.notSent(journal),
        record.tracking().runId(),
        record.tracking().page());
  }

  private String status(RunRecord record, Path journal) {
    return record.status() == RunRecord.Status.RUNNING && !journals.isInUse(journal)
        ? INTERRUPTED
        : record.status().name().toLowerCase(Locale.ROOT);
  }
}
