package io.flowpp.platform.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a real second JVM on the tests' class path. */
public final class ChildJvm {
  private ChildJvm() {}

  /** Starts {@code main} with its output and errors together in one stream. */
  public static Process start(Class<?> main, String... arguments) {
    return start(List.of(), main, arguments);
  }

  /**
   * @param before words of a command that starts the JVM, such as a shell that sets a limit
   */
  public static Process start(List<String> before, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
