package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp runs ...}: what there is, and what is done with it. */
@Command(
    name = "runs",
    description =
        "What runs there are; send journals, close ghosts, promote a run, take one away or delete it.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunsListCommand.class,
      RunsShowCommand.class,
      RunsSyncCommand.class,
      RunsReapCommand.class,
      RunsExportCommand.class,
      RunsPromoteCommand.class,
      RunsDeleteCommand.class
    })
final class RunsCommand {}
