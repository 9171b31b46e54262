package io.flowpp.platform.regression;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which regression files there are, and whether they have a baseline. */
public record RegressionList(List<Row> regressions) {
  public RegressionList {
    regressions = List.copyOf(regressions);
  }

  /**
   * @param accepted when; null where there is no baseline
   * @param problem what is wrong with the file or its baseline; null where nothing is
   */
  public record Row(
      String name,
      Path file,
      List<String> experiments,
      Path baseline,
      @Nullable String accepted,
      @Nullable String reason,
      @Nullable String problem) {}

  /**
   * @throws UserFault where there is no such folder
   */
  public static RegressionList of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserFault(
          ExitCode.USAGE,
          "no-folder",
          "no such folder",
          folder.toString(),
          "name the one with the regression files");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new RegressionList(
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .sorted()
              .map(RegressionList::row)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static Optional<String> stale(RegressionSpec spec, Baseline baseline) {
    Judge judge = new Judge(spec, baseline, baseline.platform());
    return spec.experiments().stream()
        .flatMap(
            experiment ->
                judge.stale(experiment).map(why -> experiment.name() + ": " + why).stream())
        .findFirst();
  }

  private static Row row(Path file) {
    RegressionSpec spec;
    try {
      spec = RegressionFiles.load(file);
    } catch (ConfigException e) {
      String problem = e.problems().get(0).toString();
      return new Row(file.getFileName().toString(), file, List.of(), file, null, null, problem);
    }
    List<String> experiments = spec.experiments().stream().map(RegressionExperiment::name).toList();
    Optional<Baseline> baseline = Optional.empty();
    Path where = spec.baseline();
    String problem = null;
    try {
      Optional<BaselineFile.Found> found =
          BaselineFile.find(spec, Platform.here(Surroundings.libtorch()));
      where = found.map(BaselineFile.Found::file).orElse(where);
      baseline = found.map(BaselineFile.Found::baseline);
      problem = baseline.flatMap(there -> stale(spec, there)).orElse(null);
    } catch (UserFault damaged) {
      problem = damaged.line();
    }
    return new Row(
        spec.name(),
        file,
        experiments,
        where,
        baseline.map(Baseline::origin).orElse(null),
        baseline.map(Baseline::reason).orElse(null),
        problem);
  }
}
