package io.flowpp.platform.execution;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.tracking.Journals;
import io.flowpp.platform.tracking.NotSent;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.tracking.TrackingState;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends what is in the journals of the workspace and not on the server yet. */
public final class SyncRuns {
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** Without an event sent, and with a server that fails. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Without an event sent, whatever the reason: a large file on a slow line takes its time. */
  private static final Duration MOST = Duration.ofMinutes(30);

  private final Workspace workspace;
  private final RunRecords records;
  private final Journals journals;
  private final TrackerFactory trackers;
  private final Duration patience;

  @Inject
  SyncRuns(Workspace workspace, RunRecords records, Journals journals, TrackerFactory trackers) {
    this(workspace, records, journals, trackers, PATIENCE);
  }

  private SyncRuns(
      Workspace workspace,
      RunRecords records,
      Journals journals,
      TrackerFactory trackers,
      Duration patience) {
    this.workspace = workspace;
    this.records = records;
    this.journals = journals;
    this.trackers = trackers;
    this.patience = patience;
  }

  /** The same with another patience with a server that fails. */
  public SyncRuns withPatience(Duration other) {
    return new SyncRuns(workspace, records, journals, trackers, other);
  }

  /**
   * @param sent events that the server got meanwhile
   * @param pending events that it has not got yet
   */
  public record Run(String runId, long sent, long pending, @Nullable String mlflowRunId) {}

  /**
   * @param trouble why something is left; null where nothing is
   * @param runs those of which something was pending
   * @param notSent artifacts of all journals that the server will not have
   */
  public record Synced(
      long sent,
      long pending,
      @Nullable URI trackingUri,
      @Nullable String trouble,
      List<Run> runs,
      List<NotSent> notSent) {
    static final Synced NOTHING = new Synced(0, 0, null, null, List.of(), List.of());

    public Synced {
      runs = List.copyOf(runs);
      notSent = List.copyOf(notSent);
    }
  }

  /** The same from the start of each journal, for a server that was emptied. */
  public Synced syncAgain(Consumer<String> note) {
    journals.all(workspace.root()).stream()
        .filter(journal -> !journals.isInUse(journal))
        .forEach(journals::forgetSent);
    return sync(note);
  }

  /**
   * @throws UserFault where there can be no server
   */
  public Synced sync(Consumer<String> note) {
    if (trackers.isOffline()) {
      throw new UserFault(
          ExitCode.USAGE,
          "offline",
          "asks for journals only, so nothing can be sent",
          "FLOWPP_OFFLINE=1",
          "unset it");
    }
    List<Path> all = journals.all(workspace.root());
    List<Path> waiting = all.stream().filter(journal -> journals.unsent(journal) > 0).toList();
    if (!waiting.isEmpty()) {
      trackers.checkReachable();
    }
    List<Run> runs = new ArrayList<>();
    @Nullable URI uri = null;
    @Nullable String trouble = null;
    for (Path journal : waiting) {
      if (trouble != null) {
        runs.add(new Run(name(journal), 0, journals.unsent(journal), null));
        continue;
      }
      long before = journals.unsent(journal);
      note.accept(name(journal) + ": " + before + " events");
      try (Tracker tracker = trackers.open(experiment(journal), journal)) {
        trouble = await(tracker, journal);
        uri = tracker.uri().orElse(uri);
        runs.add(told(journal, tracker, before));
      }
    }
    if (trouble == null) {
      all.stream().filter(journals::hasOrphans).forEach(this::adopt);
    }
    return new Synced(
        runs.stream().mapToLong(Run::sent).sum(),
        runs.stream().mapToLong(Run::pending).sum(),
        uri,
        trouble,
        runs,
        all.stream().flatMap(journal -> journals.notSent(journal).stream()).toList());
  }

  /** Trials may have been sent before their sweep. */
  private void adopt(Path journal) {
    try (Tracker tracker = trackers.open(experiment(journal), journal)) {
      tracker.flush(patience);
    }
  }

  /** Null once everything is sent. */
  private @Nullable String await(Tracker tracker, Path journal) {
    long left = journals.unsent(journal);
    long moved = System.nanoTime();
    long well = moved;
    while (tracker.state() == TrackingState.PENDING) {
      tracker.flush(LOOK);
      long now = journals.unsent(journal);
      long at = System.nanoTime();
      Optional<String> trouble = tracker.trouble();
      if (now < left) { // more than before may be left: another process appends
        moved = at;
      }
      left = now;
      well = trouble.isEmpty() ? at : Math.max(well, moved);
      if (at - well > patience.toNanos() || at - moved > MOST.toNanos()) {
        return trouble.orElse("nothing has arrived for " + MOST.toMinutes() + " minutes");
      }
    }
    return tracker.state() == TrackingState.SYNCED
        ? null
        : tracker.trouble().orElse("there is no tracking server");
  }

  private Run told(Path journal, Tracker tracker, long before) {
    long left = journals.unsent(journal);
    Optional<RunRecord> record = records.find(name(journal));
    if (record.isPresent() && record.get().status() != RunRecord.Status.RUNNING) {
      RunRecord now = RunTracking.remembered(tracker, record.get());
      records.save(now);
    }
    @Nullable String mlflowRunId =
        record.flatMap(known -> tracker.mlflowRunId(known.trackingKey())).orElse(null);
    return new Run(name(journal), Math.max(0, before - left), left, mlflowRunId);
  }

  /** Of journals of an older version the record of the run knows it. */
  private String experiment(Path journal) {
    return journals
        .experiment(journal)
        .or(() -> records.find(name(journal)).map(r -> r.config().tracking().experiment()))
        .orElseThrow(
            () ->
                new UserFault(
                    ExitCode.FAILED,
                    "unknown-experiment",
                    "nothing says which MLflow experiment this journal belongs to",
                    journal.toString(),
                    "write the experiment's name to experiment.txt there"));
  }

  private static String name(Path journal) {
    return journal.getFileName().toString();
  }
}
