package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp sweep ...}: many trials of one experiment. */
@Command(
    name = "sweep",
    description = "Many trials of one experiment: grids, random search, ablations, seeds.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SweepPlanCommand.class})
final class SweepCommand {}
