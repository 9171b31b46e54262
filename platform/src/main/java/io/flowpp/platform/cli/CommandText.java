package io.flowpp.platform.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commands as a shell takes them. */
final class CommandText {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private CommandText() {}

  /** The line that runs an experiment, or goes on with it. */
  static String run(
      Experiment experiment, @Nullable String runner, @Nullable String until, boolean fastDevRun) {
    List<String> words = new ArrayList<>(List.of("./flowpp", "run", experiment.file().toString()));
    words.addAll(experiment.overrides());
    if (fastDevRun) {
      words.add("--fast-dev-run");
    }
    if (runner != null) {
      words.addAll(List.of("--runner", runner));
    }
    if (until != null) {
      words.addAll(List.of("--until", until));
    }
    return of(words.toArray(String[]::new));
  }

  static String of(String... words) {
    return Stream.of(words).map(CommandText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
