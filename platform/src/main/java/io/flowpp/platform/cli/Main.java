package io.flowpp.platform.cli;

import io.flowpp.platform.config.Redaction;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The process behind {@code ./flowpp}. */
@Command(
    name = "flowpp",
    description = "Flow++ experiments: run, track and compare them.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    usageHelpWidth = 110)
public final class Main implements Runnable {
  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private Main() {}

  public static void main(String[] args) {
    LogFile.use(Places.workspace());
    Redaction redaction = Places.redaction();
    PrintWriter out = utf8(new FileOutputStream(FileDescriptor.out), redaction);
    PrintWriter err = utf8(new FileOutputStream(FileDescriptor.err), redaction);
    System.exit(commandLine().setOut(out).setErr(err).execute(args));
  }

  /** The whole command line, as {@link #main} runs it. */
  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new Main());
    Commands.ALL.forEach(root::addSubcommand);
    Failures failures = new Failures();
    // An override such as @x=1 is no file of arguments.
    return root.setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  // Where the locale is POSIX, Java would write question marks for every sign beyond ASCII.
  private static PrintWriter utf8(OutputStream stream, Redaction redaction) {
    Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
    return new PrintWriter(new RedactingWriter(writer, redaction), true);
  }
}
