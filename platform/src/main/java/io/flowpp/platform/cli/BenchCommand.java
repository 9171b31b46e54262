package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp bench ...}: speed and memory on this machine. */
@Command(
    name = "bench",
    description = "Measure speed and peak memory beside the machine's own speed.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchStepCommand.class,
      BenchEvaluateCommand.class,
      BenchSampleCommand.class,
      BenchDataCommand.class
    })
final class BenchCommand {}
