package io.flowpp.platform.sweep;

import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that runs a trial's process, but for the task.
 *
 * @param words such as {@code java -cp ... Main trial}
 */
record TrialCommand(List<String> words) {
  /** The program whose command line has {@code trial}; named, since it lies above this room. */
  static final String MAIN = "io.flowpp.platform.cli.Main";

  TrialCommand {
    words = List.copyOf(words);
  }

  /** This Java with our class path and the launcher's options. */
  static TrialCommand ofMain(String main) {
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
    words.addAll(List.of("-cp", ChildClassPath.here(), main, "trial"));
    return new TrialCommand(words);
  }
}
