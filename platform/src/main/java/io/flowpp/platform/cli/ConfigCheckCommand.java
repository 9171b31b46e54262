package io.flowpp.platform.cli;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ConfigProblem;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description = "Tell every problem of experiment files; exit code 2 if there is one.",
    footer = "Example: flowpp config check experiments/*.yaml")
final class ConfigCheckCommand implements Callable<Integer> {
  private record Checked(int files, Set<ConfigProblem> problems) {}

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Experiment files.")
  private List<Path> files = new ArrayList<>();

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    // Two files can stand on the same broken one.
    Set<ConfigProblem> problems = new LinkedHashSet<>();
    for (Path file : files) {
      try {
        ExperimentLoader.load(file, List.of());
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    output.result(new Checked(files.size(), problems), ConfigCheckCommand::describe);
    return (problems.isEmpty() ? ExitCode.DONE : ExitCode.USAGE).number();
  }

  private static String describe(Checked checked) {
    if (checked.problems().isEmpty()) {
      return checked.files() == 1 ? "no problem" : "no problem in " + checked.files() + " files";
    }
    return String.join(
        "\n", checked.problems().stream().map(problem -> "error: " + problem).toList());
  }
}
