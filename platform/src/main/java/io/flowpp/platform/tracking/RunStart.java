package io.flowpp.platform.tracking;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run when it starts.
 *
 * @param key our identity of the run, for ever: the MLflow run is found by it before one is
 *     created, and reopened if it exists. Letters, digits and {@code . _ - : /}
 * @param name what people read in the run table
 * @param parentKey the key of the run that this one is nested under, started before in the same
 *     journal; null at the top
 * @param params immutable: the first value of a parameter stays
 * @param tags may change on resume: the last value stays
 */
public record RunStart(
    String key,
    String name,
    @Nullable String parentKey,
    Map<String, String> params,
    Map<String, String> tags) {

  /**
   * A tag with the key of a parent whose run is in another journal of the same experiment: whoever
   * sends puts the run under it as soon as the server knows both.
   */
  public static final String PARENT_KEY = "flowpp.parent_key";

  public RunStart {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    Names.checkRunKey(key);
    if (parentKey != null) {
      Names.checkRunKey(parentKey);
    }
    params.keySet().forEach(Names::checkKey);
    tags.keySet().forEach(Names::checkKey);
  }
}
