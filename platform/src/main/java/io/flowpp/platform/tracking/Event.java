package io.flowpp.platform.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal. The time, in milliseconds since 1970, is that of the event: sent again
 * with the same time, step and value, a metric changes nothing on the server, so that sending may
 * be repeated.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.Started.class, name = "started"),
  @JsonSubTypes.Type(value = Event.Metrics.class, name = "metrics"),
  @JsonSubTypes.Type(value = Event.NotFinite.class, name = "not-finite"),
  @JsonSubTypes.Type(value = Event.Parameter.class, name = "parameter"),
  @JsonSubTypes.Type(value = Event.Tagged.class, name = "tag"),
  @JsonSubTypes.Type(value = Event.DatasetUsed.class, name = "dataset"),
  @JsonSubTypes.Type(value = Event.ArtifactSaved.class, name = "artifact"),
  @JsonSubTypes.Type(value = Event.Pictured.class, name = "image"),
  @JsonSubTypes.Type(value = Event.Registered.class, name = "registered"),
  @JsonSubTypes.Type(value = Event.Viewed.class, name = "view"),
  @JsonSubTypes.Type(value = Event.Ended.class, name = "ended"),
})
sealed interface Event {
  /** The key of the run that it belongs to. */
  String run();

  long time();

  /** The run began, or was taken up again. */
  record Started(
      String run,
      long time,
      String name,
      @Nullable String parent,
      Map<String, String> params,
      Map<String, String> tags)
      implements Event {}

  /**
   * @param step {@link #NEXT} before it is in the journal, where the values are of a moment
   */
  record Metrics(String run, long time, long step, Map<String, Double> values) implements Event {
    static final long NEXT = -1;

    Metrics at(long number) {
      return new Metrics(run, time, number, values);
    }
  }

  /**
   * Values that were NaN or infinite.
   *
   * @param count of such values in this run so far, these included
   * @param values by metric key, as Java prints them
   */
  record NotFinite(String run, long time, long step, long count, Map<String, String> values)
      implements Event {}

  record Parameter(String run, long time, String key, String value) implements Event {}

  record Tagged(String run, long time, String key, String value) implements Event {}

  record DatasetUsed(
      String run,
      long time,
      String name,
      String digest,
      String context,
      String source,
      String profile)
      implements Event {}

  /**
   * @param file as seen from the journal's directory where it lies in the workspace, else absolute
   * @param path its place among the run's artifacts
   */
  record ArtifactSaved(String run, long time, String file, String path, long size, String sha256)
      implements Event {}

  /**
   * @param file the name of the copy in the folder {@code images} beside the journal: one for each
   *     run, key and step
   */
  record Pictured(String run, long time, String key, long step, String file) implements Event {}

  /** The run becomes a version of a registered model. */
  record Registered(String run, long time, ModelVersion version) implements Event {}

  /** The run's experiment gets a view of its run table, in place of an older one of that name. */
  record Viewed(String run, long time, TableView view) implements Event {}

  record Ended(String run, long time, RunStatus status) implements Event {}
}
