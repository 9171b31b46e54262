package io.flowpp.platform.cli;

import picocli.CommandLine.Command;

/** {@code flowpp regress ...}: whether the program has become worse. */
@Command(
    name = "regress",
    description =
        "Small experiments against an accepted baseline: has anything become worse, slower or irreproducible?",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RegressCheckCommand.class, RegressAcceptCommand.class, RegressListCommand.class})
final class RegressCommand {}
