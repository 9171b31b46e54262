package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp sweep ...}: many trials of one experiment. */
@Command(
    name = "sweep",
    description =
        "Many trials of one experiment (grids, random search, ablations, seeds): plan, run, watch and resume them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SweepPlanCommand.class,
      SweepRunCommand.class,
      SweepResumeCommand.class,
      SweepStatusCommand.class,
      SweepStopCommand.class,
      SweepRetryCommand.class,
      SweepAddCommand.class,
      SweepRmCommand.class
    })
final class SweepCommand {}
