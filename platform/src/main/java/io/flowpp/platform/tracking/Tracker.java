package io.flowpp.platform.tracking;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The runs of one journal and their way to MLflow. Opening one starts its uploader; nothing here
 * waits for a server, except {@link #flush}, and that no longer than it is told.
 */
public interface Tracker extends AutoCloseable {

  /** Starts a run, or goes on with the one of the same key. */
  TrackedRun start(RunStart start);

  /**
   * Waits until everything journalled so far is on the server, at most for {@code patience}. What
   * is left is sent by the next tracker on the journal.
   */
  default void flush(Duration patience) {
    flush(patience, patience);
  }

  /**
   * The same with more time for a server that is slow and yet gets on.
   *
   * @param patience without anything sent
   * @param most altogether
   */
  void flush(Duration patience, Duration most);

  TrackingState state();

  /** Where the server is, or will be as soon as it has started; empty when there is none. */
  Optional<URI> uri();

  /**
   * The MLflow run of a key, once it is known to the server. Remembered on disk: needs no server.
   */
  Optional<String> mlflowRunId(String key);

  /** The page of a run, as a link that opens the right view in a fresh browser. */
  Optional<URI> runPage(String key);

  /**
   * The experiment's run table with the columns that matter and the stages under their runs, newest
   * first, as a link that opens the right view in a fresh browser.
   */
  Optional<URI> experimentPage();

  /** The same of whole runs alone, sorted by the primary metric, best first. */
  Optional<URI> rankingPage();

  /** A view that a run of this journal gave the experiment, as a link. */
  Optional<URI> viewPage(String view);

  /**
   * Why there is no server, in words for the user, where {@link #state} is OFFLINE or a server
   * cannot be reached.
   */
  Optional<String> trouble();

  /** Artifacts that the server will never have, although the rest is there. */
  List<NotSent> notSent();

  /** Stops the uploader without waiting for what is left. */
  @Override
  void close();
}
