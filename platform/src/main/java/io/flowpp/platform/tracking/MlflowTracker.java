package io.flowpp.platform.tracking;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A journal with, or without, an uploader. */
final class MlflowTracker implements Tracker {
  private final Journal journal;
  private final RedactedEvents redacted;
  private final Path directory;
  private final Path workspace;
  private final Clock clock;
  private final Destination destination;
  private final Presence presence;
  private final JournalWriter writer;
  private final Heartbeat heartbeat;
  private final @Nullable Uploader uploader;
  private final SentState sentBefore;

  /**
   * @param directory of the journal
   * @param uploader null where the user asked for a journal only
   */
  MlflowTracker(
      Journal journal,
      RedactedEvents redacted,
      Path directory,
      Path workspace,
      Clock clock,
      Destination destination,
      Presence presence,
      @Nullable Uploader uploader,
      SentState sentBefore) {
    this.journal = journal;
    this.redacted = redacted;
    this.directory = directory;
    this.workspace = workspace;
    this.clock = clock;
    this.destination = destination;
    this.presence = presence;
    this.uploader = uploader;
    this.sentBefore = sentBefore;
    this.writer = JournalWriter.start(journal, uploader == null ? () -> {} : uploader::wake);
    this.heartbeat = Heartbeat.start(clock, this::append);
  }

  @Override
  public TrackedRun start(RunStart start) {
    Map<String, String> tags = new TreeMap<>(start.tags());
    tags.put(Heartbeat.TAG, clock.instant().toString());
    append(
        new Event.Started(
            start.key(), clock.millis(), start.name(), start.parentKey(), start.params(), tags));
    heartbeat.begins(start.key());
    return new JournalledRun(
        start.key(),
        directory,
        workspace,
        clock,
        this::append,
        digest -> journal.artifact(start.key(), digest).orElse(digest));
  }

  @Override
  public void flush(Duration patience, Duration most) {
    writer.drain();
    if (uploader != null) {
      uploader.await(journal.end(), patience, most);
    }
  }

  @Override
  public TrackingState state() {
    if (uploader == null || uploader.isAbsent()) {
      return TrackingState.OFFLINE;
    }
    writer.drain();
    return uploader.isDone(journal.end()) ? TrackingState.SYNCED : TrackingState.PENDING;
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
    return table(SharedView::nestedPage);
  }

  @Override
  public Optional<URI> rankingPage() {
    return table(SharedView::rankingPage);
  }

  @Override
  public Optional<URI> viewPage(String view) {
    return table((server, experimentId) -> SharedView.page(server, experimentId, view));
  }

  private Optional<URI> table(BiFunction<URI, String, URI> page) {
    String experimentId = sent().experimentId();
    return experimentId == null
        ? Optional.empty()
        : uri().map(server -> page.apply(server, experimentId));
  }

  @Override
  public List<NotSent> notSent() {
    return sent().notSent();
  }

  @Override
  public Optional<String> trouble() {
    return uploader == null
        ? Optional.of("FLOWPP_OFFLINE=1 asks for a journal only")
        : uploader.trouble();
  }

  @Override
  public void close() {
    heartbeat.close();
    writer.close();
    if (uploader != null) {
      uploader.close();
    }
    journal.close();
    presence.close();
  }

  private SentState sent() {
    return uploader == null ? sentBefore : uploader.sent();
  }

  private void append(Event event) {
    Event clean = redacted.of(event);
    if (isToldAgain(clean)) {
      writer.later(clean);
    } else {
      writer.now(clean);
    }
    if (event instanceof Event.Ended) {
      heartbeat.ends(event.run());
    }
  }

  /** What a training tells between its steps, and once more from its output. */
  private static boolean isToldAgain(Event event) {
    return event instanceof Event.Metrics
        || event instanceof Event.NotFinite
        || event instanceof Event.Pictured;
  }
}
