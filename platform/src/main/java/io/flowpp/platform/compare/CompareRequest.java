package io.flowpp.platform.compare;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared, and how.
 *
 * @param title of the comparison; null for one made of the arms' names
 * @param by parameters that arms differ in; empty for all that runs differ in, but for the seed
 * @param baseline the name of an arm; null for {@code full} where there is one, else the first
 * @param metric {@code test/bpd} or another that runs have
 * @param margin below which differences do not matter, in the metric's unit; null for that of
 *     bits/dim
 * @param images what to do where runs were scored on different test images
 * @param page of what is compared in the tracking server; null where there is none
 */
public record CompareRequest(
    List<ComparedRun> runs,
    @Nullable String title,
    List<String> by,
    @Nullable String baseline,
    String metric,
    @Nullable Double margin,
    Images images,
    List<String> warnings,
    @Nullable String page) {
  /** What to do where runs were scored on different test images. */
  public enum Images {
    REQUIRE_EQUAL,
    TAKE_COMMON
  }

  public CompareRequest {
    runs = List.copyOf(runs);
    by = List.copyOf(by);
    warnings = List.copyOf(warnings);
  }
}
