package io.flowpp.platform.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One experiment of a sweep.
 *
 * @param id a function of {@code params} and {@code seed} alone, so that a trial keeps it when
 *     others join the sweep: eight hexadecimal digits
 * @param params what distinguishes it from the others, by parameter as the sweep's file names it,
 *     the {@code ablation} among them; without the seed
 * @param name of its run: the sweep's and what tells it apart
 * @param config the merged configuration as JSON, complete, with an absolute data.source: later
 *     changes of the base file do not reach it
 */
public record TrialSpec(
    String id, Map<String, String> params, long seed, String name, String config) {
  public TrialSpec {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }
}
