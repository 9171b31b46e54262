package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp weights}: the weights of trained runs as files. */
@Command(
    name = "weights",
    description = "Export and import weights, also under the names of the authors' code.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {WeightsExportCommand.class, WeightsImportCommand.class})
final class WeightsCommand {}
