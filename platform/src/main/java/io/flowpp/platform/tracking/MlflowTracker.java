package io.flowpp.platform.tracking;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A journal with, or without, an uploader. */
final class MlflowTracker implements Tracker {
  private final Journal journal;
  private final RedactedEvents redacted;
  private final Path directory;
  private final Clock clock;
  private final Destination destination;
  private final @Nullable Uploader uploader;
  private final SentState sentBefore;

  /**
   * @param uploader null where the user asked for a journal only
   */
  MlflowTracker(
      Journal journal,
      RedactedEvents redacted,
      Path directory,
      Clock clock,
      Destination destination,
      @Nullable Uploader uploader,
      SentState sentBefore) {
    this.journal = journal;
    this.redacted = redacted;
    this.directory = directory;
    this.clock = clock;
    this.destination = destination;
    this.uploader = uploader;
    this.sentBefore = sentBefore;
  }

  @Override
  public TrackedRun start(RunStart start) {
    append(
        new Event.Started(
            start.key(),
            clock.millis(),
            start.name(),
            start.parentKey(),
            start.params(),
            start.tags()));
    return new JournalledRun(start.key(), directory, clock, this::append);
  }

  @Override
  public void flush(Duration patience) {
    if (uploader != null) {
      uploader.await(journal.end(), patience);
    }
  }

  @Override
  public TrackingState state() {
    if (uploader == null || uploader.isAbsent()) {
      return TrackingState.OFFLINE;
    }
    return uploader.sent().offset() >= journal.end() ? TrackingState.SYNCED : TrackingState.PENDING;
  }

  @Override
  public Optional<URI> uri() {
    return state() == TrackingState.OFFLINE ? Optional.empty() : destination.uri();
  }

  @Override
  public Optional<String> mlflowRunId(String key) {
    return Optional.ofNullable(sent().runs().get(key)).map(SentState.MlflowRun::id);
  }

  @Override
  public Optional<URI> runPage(String key) {
    String experimentId = sent().experimentId();
    return experimentId == null
        ? Optional.empty()
        : uri()
            .flatMap(
                server -> mlflowRunId(key).map(id -> SharedView.runPage(server, experimentId, id)));
  }

  @Override
  public Optional<URI> experimentPage() {
    String experimentId = sent().experimentId();
    return experimentId == null
        ? Optional.empty()
        : uri().map(server -> SharedView.experimentPage(server, experimentId));
  }

  @Override
  public Optional<String> trouble() {
    return uploader == null
        ? Optional.of("FLOWPP_OFFLINE=1 asks for a journal only")
        : uploader.trouble();
  }

  @Override
  public void close() {
    if (uploader != null) {
      uploader.close();
    }
    journal.close();
  }

  private SentState sent() {
    return uploader == null ? sentBefore : uploader.sent();
  }

  private void append(Event event) {
    journal.append(redacted.of(event));
    if (uploader != null) {
      uploader.wake();
    }
  }
}
