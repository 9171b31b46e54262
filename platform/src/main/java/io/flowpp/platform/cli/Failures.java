package io.flowpp.platform.cli;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ConfigProblem;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells what went wrong: a line for each problem on stderr, or one JSON object on stdout. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    Output output = outputOf(command);
    boolean json = output != null && output.json();
    if (output != null && output.verbose()) {
      e.printStackTrace(command.getErr());
    }
    if (e instanceof ConfigException config) {
      return tell(config, command, json);
    }
    return tell(e instanceof UserFault fault ? fault : unexpected(e), List.of(), command, json);
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
    String advice = "see '" + command.getCommandSpec().qualifiedName() + " --help'";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().get(0);
      boolean option = word.startsWith("-");
      boolean group = !command.getSubcommands().isEmpty();
      message =
          (option ? "unknown option '" : group ? "unknown command '" : "unexpected '") + word + "'";
      List<String> near = unmatched.getSuggestions();
      advice = near.isEmpty() ? advice : "did you mean '" + near.get(0).strip() + "'?";
    }
    boolean json = Arrays.asList(args).contains("--json");
    String lower =
        message.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + message.substring(1);
    return tell(
        new UserFault(ExitCode.USAGE, "usage", lower, null, advice), List.of(), command, json);
  }

  private static int tell(ConfigException config, CommandLine command, boolean json) {
    List<ConfigProblem> problems = config.problems();
    if (!json) {
      problems.forEach(problem -> command.getErr().println("error: " + problem));
      command.getErr().flush();
      return ExitCode.USAGE.number();
    }
    ConfigProblem first = problems.get(0);
    String message = (first.key().isEmpty() ? "" : first.key() + ": ") + first.message();
    UserFault fault =
        new UserFault(ExitCode.USAGE, "configuration", message, first.where(), first.suggestion());
    return tell(fault, problems, command, true);
  }

  private static int tell(
      UserFault fault, List<ConfigProblem> problems, CommandLine command, boolean json) {
    if (json) {
      Map<String, @Nullable Object> error = new LinkedHashMap<>();
      error.put("code", fault.code());
      error.put("message", fault.message());
      error.put("where", fault.where());
      error.put("suggestion", fault.suggestion());
      Map<String, Object> failure = new LinkedHashMap<>();
      failure.put("status", fault.exitCode() == ExitCode.INTERRUPTED ? "killed" : "failed");
      failure.put("error", error);
      if (!problems.isEmpty()) {
        failure.put("problems", problems);
      }
      print(command.getOut(), Output.toJson(failure));
    } else {
      print(command.getErr(), "error: " + oneLine(fault.line()));
    }
    return fault.exitCode().number();
  }

  /** A fault of ours: the stack trace goes to the log, whose path goes to the user. */
  private static UserFault unexpected(Exception e) {
    LoggerFactory.getLogger(Failures.class).error("a command ended unexpectedly", e);
    String message = "unexpected " + e.getClass().getSimpleName() + ": " + e.getMessage();
    String report =
        LogFile.written()
            .map(log -> "please report it with the log file " + log)
            .orElse("please report it with what the same command prints with -v");
    return new UserFault(ExitCode.INTERNAL, "internal", oneLine(message), null, report, e);
  }

  private static void print(PrintWriter to, String text) {
    to.println(text);
    to.flush();
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }

  private static @Nullable Output outputOf(CommandLine command) {
    for (Object mixin : command.getMixins().values()) {
      if (mixin instanceof Output output) {
        return output;
      }
    }
    return null;
  }
}
