package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.RunCatalogue;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp runs list}. */
@Command(
    name = "list",
    description =
        "List the workspace's runs, that which was worked on last first. Needs no server.")
final class RunsListCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  record Listing(List<RunCatalogue.Row> runs) {}

  @Override
  public Integer call() {
    RunCatalogue runs =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(RunCatalogue.class);
    output.result(new Listing(runs.list()), RunsListCommand::text);
    return ExitCode.DONE.number();
  }

  private static String text(Listing listing) {
    return listing.runs().isEmpty()
        ? "no run yet"
        : listing.runs().stream().map(RunsText::line).collect(Collectors.joining("\n"));
  }
}
