package io.flowpp.platform.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code flowpp sweep ... --json} prints.
 *
 * @param counts trials by status, those that there are
 * @param best the id of the best trial that is done; null before there is one
 * @param page the sweep's trials in the tracking server, as a link
 * @param ended why nothing is begun any more although trials are left; null where none are, or
 *     nothing forbids it
 */
public record SweepResult(
    String sweep,
    List<Trial> trials,
    Map<String, Integer> counts,
    @Nullable String best,
    String metric,
    @Nullable String page,
    @Nullable String ended) {

  /**
   * @param metrics of the whole run; empty unless it is done
   * @param cause why it failed last; null where it did not
   */
  public record Trial(
      String id,
      String name,
      Map<String, String> params,
      long seed,
      String status,
      int attempts,
      Map<String, Double> metrics,
      @Nullable String runId,
      @Nullable String weightsSha256,
      @Nullable String mlflowRunId,
      @Nullable Cause cause) {}

  public SweepResult {
    trials = List.copyOf(trials);
  }

  public static SweepResult of(SweepState sweep, List<TrialState> states, @Nullable String page) {
    return of(sweep, states, page, Instant.now());
  }

  static SweepResult of(
      SweepState sweep, List<TrialState> states, @Nullable String page, Instant now) {
    List<Trial> trials = states.stream().map(SweepResult::trial).toList();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (TrialStatus status : TrialStatus.values()) {
      int count = (int) states.stream().filter(t -> t.status() == status).count();
      if (count > 0) {
        counts.put(status.id(), count);
      }
    }
    Metric metric = sweep.spec().metric();
    return new SweepResult(
        sweep.spec().name(),
        trials,
        counts,
        best(trials, metric),
        metric.name(),
        page,
        SweepDesk.limit(sweep, states, now).orElse(null));
  }

  /** Done trials that have the metric, best first. */
  static List<Trial> ranked(List<Trial> trials, Metric metric) {
    List<Trial> ranked =
        new ArrayList<>(
            trials.stream().filter(t -> t.metrics().get(metric.name()) != null).toList());
    ranked.sort(
        (one, other) -> {
          double a = one.metrics().getOrDefault(metric.name(), Double.NaN);
          double b = other.metrics().getOrDefault(metric.name(), Double.NaN);
          return metric.isBetter(a, b) ? -1 : metric.isBetter(b, a) ? 1 : 0;
        });
    return ranked;
  }

  private static @Nullable String best(List<Trial> trials, Metric metric) {
    List<Trial> ranked = ranked(trials, metric);
    return ranked.isEmpty() ? null : ranked.get(0).id();
  }

  private static Trial trial(TrialState state) {
    List<AttemptState> attempts = state.attempts();
    @Nullable Cause cause =
        state.status() == TrialStatus.DONE
            ? null
            : attempts.stream()
                .map(AttemptState::cause)
                .filter(c -> c != null)
                .reduce((a, b) -> b)
                .orElse(null);
    JsonNode result = result(state);
    Map<String, Double> metrics = new TreeMap<>();
    result
        .path("metrics")
        .fields()
        .forEachRemaining(m -> metrics.put(m.getKey(), m.getValue().asDouble()));
    return new Trial(
        state.spec().id(),
        state.spec().name(),
        state.spec().params(),
        state.spec().seed(),
        state.status().id(),
        attempts.size(),
        metrics,
        text(result, "run_id"),
        text(result, "weights_sha256"),
        text(result, "mlflow_run_id"),
        cause);
  }

  private static JsonNode result(TrialState state) {
    try {
      return SweepJson.read(state.result() == null ? "{}" : state.result(), JsonNode.class);
    } catch (IOException e) {
      throw new IllegalStateException("a result that is none, of trial " + state.spec().id(), e);
    }
  }

  private static @Nullable String text(JsonNode node, String name) {
    return node.hasNonNull(name) ? node.path(name).asText() : null;
  }
}
