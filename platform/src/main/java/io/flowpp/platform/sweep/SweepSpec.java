package io.flowpp.platform.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sweep as its file means it, every trial spelt out.
 *
 * @param text the file as it was written
 * @param experiment the MLflow experiment that the runs stand under
 * @param ranges what is tried of each parameter, in words, the seeds last: {@code {ablation=full,
 *     affine}}
 * @param threads of a trial: fixed here, since results depend on how sums are split
 * @param trials in the order in which they are begun
 */
public record SweepSpec(
    String name,
    String text,
    String experiment,
    Map<String, String> ranges,
    Metric metric,
    Limits limits,
    int threads,
    List<TrialSpec> trials) {
  public SweepSpec {
    ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
    trials = List.copyOf(trials);
  }
}
