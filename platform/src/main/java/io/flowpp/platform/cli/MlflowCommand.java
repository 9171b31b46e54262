package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp mlflow ...}: the managed local tracking server. */
@Command(
    name = "mlflow",
    description = "Start, stop and look at the workspace's own MLflow server.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      MlflowUpCommand.class,
      MlflowDownCommand.class,
      MlflowStatusCommand.class,
      MlflowOpenCommand.class
    })
final class MlflowCommand {}
