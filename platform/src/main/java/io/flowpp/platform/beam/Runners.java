package io.flowpp.platform.beam;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Beam's runners by the names that experiments use. Engines are named as strings: none is compiled
 * against.
 */
public final class Runners {
  /**
   * No engine: stages are done one after the other by whoever asks. For processes that are
   * themselves an engine's work.
   */
  public static final String IN_LINE = "in-line";

  private static final Map<String, String> CLASSES =
      Map.of(
          "direct", "org.apache.beam.runners.direct.DirectRunner",
          "flink", "org.apache.beam.runners.flink.FlinkRunner",
          "spark", "org.apache.beam.runners.spark.SparkRunner");

  private Runners() {}

  /** Checks that {@code runner} exists here, without starting anything. */
  public static void require(String runner) {
    if (runner.equals(IN_LINE)) {
      return;
    }
    String type = CLASSES.get(runner);
    if (type == null || !present(type)) {
      throw new UserFault(
          ExitCode.USAGE,
          type == null ? "unknown-runner" : "absent-runner",
          type == null
              ? "no runner '" + runner + "'"
              : "this program was started without the " + runner + " engine",
          "execution.runner",
          type != null && runner.equals("flink")
              ? "give ./flowpp the option --runner flink, or set FLOWPP_ENGINE=flink"
              : "use one of " + available());
    }
  }

  /** The same, and that the cluster it works on can be reached and has room. */
  public static void requireReady(String runner) {
    require(runner);
    cluster(runner);
  }

  /** The cluster that the runner works on; none where it works in this process. */
  static Optional<FlinkCluster> cluster(String runner) {
    return runner.equals("flink") ? Optional.of(flink()) : Optional.empty();
  }

  /**
   * Beam's options for a runner.
   *
   * @param parallelism elements at once in one process; on a cluster, as many as it has slots
   */
  public static List<String> options(String runner, int parallelism) {
    require(runner);
    if (runner.equals(IN_LINE)) {
      return options("direct", parallelism); // a stage may still have a pipeline of its own
    }
    List<String> options = new ArrayList<>();
    options.add("--runner=" + CLASSES.get(runner));
    if (runner.equals("direct")) {
      options.add("--targetParallelism=" + parallelism);
      options.add("--blockOnRun=false");
      options.add("--enforceImmutability=false");
      options.add("--enforceEncodability=false");
    }
    cluster(runner).ifPresent(cluster -> options.addAll(cluster.options()));
    return options;
  }

  private static FlinkCluster flink() {
    return FlinkCluster.find(System.getenv(), System.getProperty(FlinkCluster.JOB_JAR));
  }

  private static List<String> available() {
    return new TreeMap<>(CLASSES)
        .entrySet().stream().filter(e -> present(e.getValue())).map(Map.Entry::getKey).toList();
  }

  private static boolean present(String type) {
    return Runners.class.getClassLoader().getResource(type.replace('.', '/') + ".class") != null;
  }
}
