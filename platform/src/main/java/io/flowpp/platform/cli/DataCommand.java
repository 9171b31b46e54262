package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp data ...}: data sets, raw and prepared. */
@Command(
    name = "data",
    description = "List, prepare and inspect data sets.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DataListCommand.class, DataPrepareCommand.class, DataInspectCommand.class})
final class DataCommand {}
