package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp config ...}: what an experiment file says, before anything is done with it. */
@Command(
    name = "config",
    description = "Show, check and describe experiment files.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigShowCommand.class, ConfigCheckCommand.class, ConfigSchemaCommand.class})
final class ConfigCommand {}
