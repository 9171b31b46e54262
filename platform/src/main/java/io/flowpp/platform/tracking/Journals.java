package io.flowpp.platform.tracking;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What the journals of a workspace say, and what can be done about them without a server. */
public final class Journals {
  private final DefaultTrackerFactory trackers;
  private final ManagedServer managed;

  @Inject
  Journals(DefaultTrackerFactory trackers, ManagedServer managed) {
    this.trackers = trackers;
    this.managed = managed;
  }

  /** Hears every value of every curve. */
  public interface PointReader {
    void point(String runKey, String metric, long step, long time, double value);
  }

  /** The directories of a workspace's journals. */
  public List<Path> all(Path workspace) {
    Path folder = workspace.resolve("journals");
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(Files::isDirectory).sorted().toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(folder, e);
    }
  }

  /** The runs of a directory's journal, in the order in which they began. */
  public List<RunHistory> runs(Path directory) {
    HistoryBuilder all = new HistoryBuilder(directory);
    try {
      JournalReader.each(directory, 0, all::add);
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
    return all.build();
  }

  /** Tells every value of every curve, in the order in which they were written. */
  public void points(Path directory, PointReader reader) {
    try {
      JournalReader.each(
          directory,
          0,
          event -> {
            if (event instanceof Event.Metrics metrics) {
              metrics
                  .values()
                  .forEach(
                      (key, value) ->
                          reader.point(metrics.run(), key, metrics.step(), metrics.time(), value));
            }
          });
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
  }

  /**
   * The experiment that a journal was opened for; empty where there is none, or it was written
   * before this was kept.
   */
  public Optional<String> experiment(Path directory) {
    Path file = directory.resolve(DefaultTrackerFactory.EXPERIMENT);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
  }

  /** Events that the server of the environment has not got yet. Asks no server. */
  public long unsent(Path directory) {
    AtomicLong events = new AtomicLong();
    try {
      JournalReader.each(directory, state(directory).offset(), event -> events.incrementAndGet());
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
    return events.get();
  }

  /** Artifacts that the server of the environment lacks although the journal was sent. */
  public List<NotSent> notSent(Path directory) {
    return state(directory).notSent();
  }

  /**
   * Whether a run waits for a parent of another journal that the server of the environment did not
   * know.
   */
  public boolean hasOrphans(Path directory) {
    return !state(directory).orphans().isEmpty();
  }

  /**
   * Forgets what was sent to the server of the environment, so that all of it is sent again: to a
   * server that was emptied. A process that sends just now writes it down again.
   */
  public void forgetSent(Path directory) {
    try {
      if (!trackers.isManaged() || managed.hasStore()) {
        Files.deleteIfExists(Uploader.stateFile(directory, trackers.destination()));
      }
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
  }

  /** Whether a process of this machine works on the runs of the journal. */
  public boolean isInUse(Path directory) {
    try {
      return Presence.isAnybodyAt(directory);
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
  }

  /**
   * Marks as killed what is open, on which nobody works and which has given no sign of life since
   * {@code before}: at the time of its last sign. Returns the keys; the next upload tells the
   * server.
   */
  public List<String> reap(Path directory, Instant before) {
    List<String> reaped = new ArrayList<>();
    if (isInUse(directory)) {
      return reaped;
    }
    List<RunHistory> ghosts =
        runs(directory).stream()
            .filter(run -> run.status() == null && run.lastSign().isBefore(before))
            .toList();
    if (!ghosts.isEmpty()) {
      try (Journal journal = Journal.open(directory)) {
        for (RunHistory ghost : ghosts) {
          journal.append(
              new Event.Ended(ghost.key(), ghost.lastSign().toEpochMilli(), RunStatus.KILLED));
          reaped.add(ghost.key());
        }
      }
    }
    return reaped;
  }

  /** Whether nothing in it is open. */
  public boolean isOver(Path directory) {
    return runs(directory).stream().allMatch(run -> run.status() != null);
  }

  /**
   * Copies an artifact; answers false, and copies nothing, where it is gone or not what was
   * recorded.
   */
  public boolean copy(RunHistory.Artifact artifact, Path target) throws IOException {
    boolean good =
        Files.exists(artifact.file())
            && (artifact.sha256() == null
                || Digests.sha256(artifact.file()).equals(artifact.sha256()));
    if (good) {
      Files.createDirectories(target.getParent());
      Files.copy(artifact.file(), target);
    }
    return good;
  }

  private SentState state(Path directory) {
    try {
      return trackers.isManaged() && !managed.hasStore()
          ? SentState.nothing() // asking for its name would make it
          : SentState.read(Uploader.stateFile(directory, trackers.destination()));
    } catch (IOException e) {
      throw DefaultTrackerFactory.unreadable(directory, e);
    }
  }
}
