package io.flowpp.platform.regression;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A regression file as it is meant.
 *
 * @param file as the user named it
 * @param baseline where its first baseline lies, or would; those of further kinds of machines lie
 *     beside it ({@link BaselineFile})
 * @param checks each kind at most once
 */
public record RegressionSpec(
    String name,
    Path file,
    Path baseline,
    List<RegressionExperiment> experiments,
    List<CheckSpec> checks) {

  /** Of a false red in a whole run of {@code regress check}. */
  static final double LEVEL = .001;

  public RegressionSpec {
    experiments = List.copyOf(experiments);
    checks = List.copyOf(checks);
  }

  String acceptCommand() {
    return "flowpp regress accept " + file + " --reason TEXT";
  }

  <T extends CheckSpec> Optional<T> check(Class<T> kind) {
    return checks.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** The share of one statistical judgement in the whole level. */
  double level() {
    int judged =
        checks.stream()
            .mapToInt(
                check ->
                    check instanceof CheckSpec.Samples
                        ? 3
                        : check instanceof CheckSpec.Exactness ? 0 : 1)
            .sum();
    return LEVEL / Math.max(1, judged * experiments.size());
  }

  /** Processes that measure speed and memory in one look; 0 where neither is checked. */
  int repeats() {
    int speed = check(CheckSpec.Speed.class).map(CheckSpec.Speed::repeats).orElse(0);
    int memory = check(CheckSpec.Memory.class).map(CheckSpec.Memory::repeats).orElse(0);
    return Math.max(speed, memory);
  }
}
