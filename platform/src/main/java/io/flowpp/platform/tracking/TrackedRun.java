package io.flowpp.platform.tracking;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * One run's pen. Every call writes to the journal on this machine's disk and returns (values of
 * curves are written a moment later); none waits for the network or fails because of a server. Safe
 * to use from several threads.
 *
 * <p>A resumed training repeats the steps after its last checkpoint: a metric, or an image, that is
 * already journalled for its step is dropped.
 */
public interface TrackedRun {

  /** The tag that the UI shows as the run's description, in Markdown. */
  String NOTE = "mlflow.note.content";

  /**
   * In a note, the start of links to the run's own page: {@code mlflow-run:/artifacts/report.html}.
   * Which page that is, is known only once the run is on a server.
   */
  String PAGE = "mlflow-run:";

  /** The identity that the run was started with. */
  String key();

  /**
   * One value of a curve. NaN and the infinities are counted and named in a tag, never sent: MLflow
   * would store them as numbers.
   */
  void metric(String key, double value, long step);

  /** Several values of one step, cheaper than one at a time. */
  void metrics(Map<String, Double> values, long step);

  /**
   * Values of a moment rather than of a step, such as the machine's load: each call gets the next
   * number as its step, also after a resume.
   */
  void moment(Instant at, Map<String, Double> values);

  /** A parameter; the first value of a key stays. */
  void param(String key, String value);

  /** A tag; the last value of a key stays. */
  void tag(String key, String value);

  /**
   * A data set that the run reads.
   *
   * @param digest at most 36 characters are kept, as MLflow does
   * @param context train, validation or test
   * @param source where it comes from, in words or as an address
   * @param shapeJson its profile, a JSON object
   */
  void dataset(String name, String digest, String context, String source, String shapeJson);

  /**
   * A file, uploaded later from where it lies: it must stay there unchanged until it is sent.
   *
   * @param artifactPath its place among the run's artifacts, file name included, with forward
   *     slashes: {@code checkpoints/final.safetensors}
   */
  void artifact(Path file, String artifactPath);

  /**
   * A file that is never written again but may be deleted at once: its content is kept for the
   * upload, without taking its space where the system can do that. Content that the run has already
   * under another path is not taken again.
   *
   * @return the path of the content among the run's artifacts
   */
  String keep(Path file, String artifactPath);

  /**
   * A picture of one step for the grid in the run's metrics page. The file is copied: it may be
   * overwritten at once.
   */
  void image(String key, long step, Path png);

  /**
   * The run becomes a version of a registered model, once, whatever else is said of it later.
   *
   * @see ModelVersion
   */
  void register(ModelVersion version);

  /** Gives the run's experiment a view of its run table; the last of a name stays. */
  void view(TableView view);

  /** The run is over. Starting a run with the same key again reopens it. */
  void end(RunStatus status);
}
