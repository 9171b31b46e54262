package io.flowpp.platform.execution;

import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that runs a part of our work in a process of its own, but for the task.
 *
 * @param words such as {@code java -cp ... Main trial}
 */
public record ChildCommand(List<String> words) {
  /** The program whose command line has the command; named, since it lies above this room. */
  public static final String MAIN = "io.flowpp.platform.cli.Main";

  public ChildCommand {
    words = List.copyOf(words);
  }

  /**
   * This Java with our class path and the launcher's options.
   *
   * @param main the program
   * @param command what it is to do
   */
  public static ChildCommand of(String main, String command) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-Xms64m",
            "-Xmx2g",
            "-XX:+UseSerialGC",
            "-Djava.awt.headless=true",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr"));
    if (Runtime.version().feature() >= 22) {
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    if (ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent()) {
      words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    String home = System.getProperty("flowpp.home");
    if (home != null) {
      words.add("-Dflowpp.home=" + home);
    }
    words.addAll(List.of("-cp", ChildClassPath.here(), main, command));
    return new ChildCommand(words);
  }
}
