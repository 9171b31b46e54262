package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp sweep add}: more seeds and values for a sweep that exists. */
@Command(
    name = "add",
    description = {
      "Add seeds, or values of parameters, to a sweep: to its file and to the ledger.",
      "The trials that are there stay as they are; 'sweep resume' runs the new ones."
    })
final class SweepAddCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "A sweep's name.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE,...",
      description = "More values of a parameter: training.batch=32,64")
  private List<String> values = new ArrayList<>();

  @Option(names = "--seeds", split = ",", paramLabel = "SEED", description = "More seeds: 3,4")
  private List<Long> seeds = new ArrayList<>();

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Added(String sweep, List<String> changes) {}

  @Override
  public Integer call() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    if (!seeds.isEmpty()) {
      all.put("seeds", seeds.stream().map(String::valueOf).toList());
    }
    for (String value : values) {
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new UserFault(
            ExitCode.USAGE,
            "usage",
            "expected KEY=VALUE, found '" + value + "'",
            null,
            "like training.batch=32,64");
      }
      all.put(value.substring(0, equals), List.of(value.substring(equals + 1).split(",")));
    }
    if (all.isEmpty()) {
      throw new UserFault(
          ExitCode.USAGE, "usage", "nothing to add", null, "give --seeds 3,4 or KEY=VALUE,...");
    }
    output.result(
        new Added(name, SweepStatusCommand.control().add(name, all)),
        added ->
            String.join("\n", added.changes())
                + "\nrun what is new with: ./flowpp sweep resume "
                + name);
    return ExitCode.DONE.number();
  }
}
