package io.flowpp.platform.execution;

import io.flowpp.platform.tracking.Journals;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Closes runs that look as if they went on although their process was killed. */
public final class ReapRuns {
  private final Workspace workspace;
  private final RunRecords records;
  private final Journals journals;
  private final TrackerFactory trackers;
  private final SyncRuns sync;
  private final Clock clock;

  @Inject
  ReapRuns(
      Workspace workspace,
      RunRecords records,
      Journals journals,
      TrackerFactory trackers,
      SyncRuns sync,
      Clock clock) {
    this.workspace = workspace;
    this.records = records;
    this.journals = journals;
    this.trackers = trackers;
    this.sync = sync;
    this.clock = clock;
  }

  /**
   * @param tracked how many of its tracked runs were open: its own and those of its stages
   */
  public record Ghost(String runId, int tracked) {}

  /**
   * @param synced what the server was told; nothing where FLOWPP_OFFLINE=1 asks for that
   */
  public record Reaped(List<Ghost> runs, SyncRuns.Synced synced) {
    public Reaped {
      runs = List.copyOf(runs);
    }
  }

  /**
   * Marks as killed what has given no sign of life for so long, and on which no process of this
   * machine works; then tells the server.
   */
  public Reaped reap(Duration silence, Consumer<String> note) {
    Instant before = clock.instant().minus(silence);
    List<Ghost> ghosts = new ArrayList<>();
    for (Path journal : journals.all(workspace.root())) {
      int closed = journals.reap(journal, before).size();
      String runId = journal.getFileName().toString();
      if (closed > 0) {
        ghosts.add(new Ghost(runId, closed));
      }
      if (running(runId).isPresent()
          && journals.isOver(journal)
          && !journals.isInUse(journal)) { // whose process is between two runs, or about to end
        running(runId) // again: that process may have ended well meanwhile
            .ifPresent(r -> records.save(r.withStatus(RunRecord.Status.KILLED, r.stages())));
      }
    }
    return new Reaped(ghosts, trackers.isOffline() ? SyncRuns.Synced.NOTHING : sync.sync(note));
  }

  private Optional<RunRecord> running(String runId) {
    return records.find(runId).filter(r -> r.status() == RunRecord.Status.RUNNING);
  }
}
