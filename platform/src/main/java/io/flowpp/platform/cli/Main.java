package io.flowpp.platform.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The process behind {@code ./flowpp}. */
@Command(
    name = "flowpp",
    description = "Flow++ experiments: run, track and compare them.",
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole command line, as {@link #main} runs it. */
  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new Main());
    Commands.ALL.forEach(root::addSubcommand);
    return root;
  }
}
