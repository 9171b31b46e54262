package io.flowpp.platform.execution;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageKeys;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.tracking.Journals;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.StageLock;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes a run out of the workspace, with the outputs that no other run shares. */
public final class DeleteRun {
  private final RunRecords records;
  private final TrainedRuns references;
  private final Journals journals;
  private final Workspace workspace;

  @Inject
  DeleteRun(RunRecords records, TrainedRuns references, Journals journals, Workspace workspace) {
    this.records = records;
    this.references = references;
    this.journals = journals;
    this.workspace = workspace;
  }

  /**
   * What would go.
   *
   * @param pending events that no server has got: they would be lost
   * @param stages outputs that no other run shares
   */
  public record Plan(String runId, long pending, List<StageKey> stages) {
    public Plan {
      stages = List.copyOf(stages);
    }
  }

  /**
   * @throws UserFault where there is no such run, or a process works on it
   */
  public Plan plan(String reference) {
    RunRecord record = references.record(reference);
    Path journal = RunCatalogue.journal(workspace, record.runId());
    if (journals.isInUse(journal)) {
      throw new UserFault(
          ExitCode.USAGE, "run-in-use", "a process works on it", record.runId(), "stop it first");
    }
    Set<StageKey> shared = new HashSet<>();
    for (RunRecord other : records.newestFirst()) {
      if (!other.runId().equals(record.runId())) {
        shared.addAll(keys(other));
      }
    }
    List<StageKey> own = new ArrayList<>(keys(record));
    own.removeAll(shared);
    own.removeIf(key -> !workspace.holds(key));
    return new Plan(record.runId(), journals.unsent(journal), own);
  }

  /** Does it. The tracking server keeps what it has. */
  public void delete(Plan plan) {
    // The record last: a deletion that is interrupted can be asked for again.
    for (StageKey key : plan.stages()) {
      try (StageLock lock = workspace.lock(key, waiting -> {})) {
        workspace.discard(key);
      }
    }
    workspace.delete(RunCatalogue.journal(workspace, plan.runId()));
    workspace.delete(records.directory(plan.runId()));
  }

  /** Its outputs and its working directories. */
  private static Set<StageKey> keys(RunRecord record) {
    Set<StageKey> keys = new HashSet<>();
    StageKeys planned = StageKeys.of(record.config(), record.rawDigest(), record.generation());
    for (StageName stage : StageName.values()) {
      keys.add(planned.key(stage));
      keys.add(planned.scratch(stage));
    }
    record.stages().forEach(stage -> keys.add(new StageKey(stage.name(), stage.key())));
    return keys;
  }
}
