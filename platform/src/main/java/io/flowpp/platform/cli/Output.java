package io.flowpp.platform.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How a command speaks: results on stdout, everything else on stderr. Every leaf command has it as
 * a mixin.
 *
 * <pre>{@code
 * @Mixin private Output output = new Output();
 * ...
 * output.result(new Listing(...), listing -> table(listing)); // JSON with --json, the text without
 * }</pre>
 */
final class Output {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print the result as one JSON object on stdout.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show more, stack traces included.")
  private boolean verbose;

  boolean json() {
    return json;
  }

  boolean verbose() {
    return verbose;
  }

  /** Prints {@code result} as one JSON object with --json, else as {@code human} tells it. */
  <T> void result(T result, Function<? super T, String> human) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? toJson(result) : human.apply(result).stripTrailing());
    out.flush();
  }

  /** A line for people, on stderr: progress, warnings, what happens next. */
  void note(String line) {
    PrintWriter err = err();
    err.println(line);
    err.flush();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Record components are written in snake_case, as the contract of the command line has them. */
  static String toJson(Object value) {
    // Made when needed: Jackson's start would cost more than the whole of --help.
    JsonMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(
                new SimpleModule()
                    .addSerializer(Path.class, ToStringSerializer.instance)
                    .addSerializer(Instant.class, ToStringSerializer.instance))
            .build();
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON for a " + value.getClass().getName(), e);
    }
  }
}
