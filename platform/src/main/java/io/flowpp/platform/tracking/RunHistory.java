package io.flowpp.platform.tracking;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One tracked run, as its journal tells it.
 *
 * @param key our identity of the run
 * @param parent key of the run that it is nested under
 * @param lastSign time of its last event, a heartbeat perhaps
 * @param status null while it is open
 */
public record RunHistory(
    String key,
    String name,
    @Nullable String parent,
    Instant startedAt,
    Instant lastSign,
    @Nullable RunStatus status,
    Map<String, String> params,
    Map<String, String> tags,
    Map<String, Curve> metrics,
    List<Artifact> artifacts) {

  public RunHistory {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    metrics = Map.copyOf(metrics);
    artifacts = List.copyOf(artifacts);
  }

  /**
   * @param last the value of the highest step
   * @param points how many there are
   */
  public record Curve(double last, long step, long points) {}

  /**
   * @param path its place among the run's artifacts
   * @param file where it lies in this workspace
   * @param sha256 null for pictures
   */
  public record Artifact(String path, Path file, @Nullable String sha256) {}
}
