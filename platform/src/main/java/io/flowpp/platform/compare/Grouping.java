package io.flowpp.platform.compare;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.Suggestions;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sorts runs into arms, which differ by their seed alone, and names them. */
final class Grouping {
  /** The value that a run has of a parameter that has no meaning in it. */
  static final String NONE = "n/a";

  /** The arm that is the baseline where none is named. */
  private static final String USUAL_BASELINE = "full";

  /** What says nothing of what was computed, or is accounted for elsewhere. */
  private static final Predicate<String> NOT_COMPARED =
      key ->
          key.equals("seed")
              || key.equals("name")
              || key.equals("data.source")
              || key.startsWith("tracking.")
              || key.startsWith("execution.")
              || key.startsWith("evaluation.")
              || key.startsWith("model.parameters");

  private Grouping() {}

  /**
   * In which parameters the runs differ, in alphabetical order. One that has no meaning in some
   * runs and a single value in all others follows from another, such as the kind of a coupling.
   */
  static List<String> differing(List<ComparedRun> runs) {
    Set<String> keys = new TreeSet<>();
    runs.forEach(run -> keys.addAll(run.parameters().keySet()));
    keys.removeIf(NOT_COMPARED);
    keys.removeIf(
        key ->
            runs.stream()
                    .map(run -> value(run, key))
                    .filter(value -> !value.equals(NONE))
                    .distinct()
                    .count()
                < 2);
    return List.copyOf(keys);
  }

  /**
   * The arms, the baseline first, then in the order of their first runs.
   *
   * @throws UserFault where there is no such parameter, a seed comes twice in an arm, or there are
   *     no two arms
   */
  static List<Arm> arms(List<ComparedRun> runs, List<String> by, @Nullable String baseline) {
    List<String> keys =
        by.isEmpty() ? differing(runs) : by.stream().map(k -> key(k, runs)).toList();
    Map<String, List<ComparedRun>> groups = new LinkedHashMap<>();
    for (ComparedRun run : runs) {
      groups.computeIfAbsent(name(run, keys), n -> new ArrayList<>()).add(run);
    }
    groups.forEach(Grouping::requireSeedsOnce);
    if (groups.size() < 2) {
      throw new UserFault(
          ExitCode.USAGE,
          "one-arm",
          runs.size() == 1
              ? "one run alone has nothing to be compared with"
              : "the runs are all of one arm: they do not differ in "
                  + (by.isEmpty() ? "anything but the seed" : String.join(", ", by)),
          null,
          by.isEmpty()
              ? "name runs of at least two configurations"
              : Suggestions.nearestOrAll(String.join(",", by), differing(runs), "they differ in"));
    }
    String first = baseline(groups.keySet(), baseline);
    List<Arm> arms = new ArrayList<>();
    groups.forEach((name, of) -> arms.add(new Arm(name, bySeed(of))));
    arms.sort(Comparator.comparing(arm -> !arm.name().equals(first)));
    return arms;
  }

  /** What the arms differ in: parameter, then arm, then value, or the values that it mixes. */
  static Map<String, Map<String, String>> table(List<Arm> arms) {
    List<ComparedRun> all = arms.stream().flatMap(arm -> arm.runs().stream()).toList();
    Map<String, Map<String, String>> table = new TreeMap<>();
    for (String key : differing(all)) {
      Map<String, String> values = new LinkedHashMap<>();
      for (Arm arm : arms) {
        values.put(
            arm.name(),
            arm.runs().stream()
                .map(run -> value(run, key))
                .distinct()
                .collect(Collectors.joining(" | ")));
      }
      table.put(key, values);
    }
    return table;
  }

  /** Arms whose runs differ in more than their seed, each with in what. */
  static List<String> mixed(List<Arm> arms) {
    List<String> warnings = new ArrayList<>();
    for (Arm arm : arms) {
      List<String> keys = differing(arm.runs());
      if (!keys.isEmpty()) {
        warnings.add(
            "the runs of "
                + arm.name()
                + " differ in "
                + String.join(", ", keys)
                + " too: what looks like the spread between seeds is partly that");
      }
    }
    return warnings;
  }

  private static String key(String wanted, List<ComparedRun> runs) {
    Set<String> known = new TreeSet<>();
    runs.forEach(run -> known.addAll(run.parameters().keySet()));
    if (known.contains(wanted)) {
      return wanted;
    }
    List<String> ending = known.stream().filter(k -> k.endsWith("." + wanted)).toList();
    if (ending.size() == 1) {
      return ending.get(0);
    }
    throw new UserFault(
        ExitCode.USAGE,
        "unknown-parameter",
        ending.isEmpty()
            ? "no run has a parameter '" + wanted + "'"
            : "'" + wanted + "' could be " + String.join(" or ", ending),
        "--by",
        ending.isEmpty()
            ? Suggestions.nearestOrAll(wanted, differing(runs), "they differ in")
            : "write it out");
  }

  private static String name(ComparedRun run, List<String> keys) {
    if (keys.size() == 1) {
      return value(run, keys.get(0));
    }
    return keys.stream()
        .map(key -> key.substring(key.lastIndexOf('.') + 1) + "=" + value(run, key))
        .collect(Collectors.joining(" "));
  }

  private static String value(ComparedRun run, String key) {
    return run.parameters().getOrDefault(key, NONE);
  }

  private static String baseline(Set<String> names, @Nullable String wanted) {
    if (wanted == null) {
      return names.contains(USUAL_BASELINE) ? USUAL_BASELINE : names.iterator().next();
    }
    if (!names.contains(wanted)) {
      throw new UserFault(
          ExitCode.USAGE,
          "unknown-baseline",
          "no arm is called '" + wanted + "'",
          "--baseline",
          Suggestions.nearestOrAll(wanted, names, "there are"));
    }
    return wanted;
  }

  private static void requireSeedsOnce(String arm, List<ComparedRun> runs) {
    Map<Long, ComparedRun> seen = new TreeMap<>();
    for (ComparedRun run : runs) {
      ComparedRun twin = seen.putIfAbsent(run.seed(), run);
      if (twin != null) {
        List<String> in = differing(List.of(twin, run));
        throw new UserFault(
            ExitCode.USAGE,
            "seed-twice",
            "and "
                + twin.runId()
                + " are both seed "
                + run.seed()
                + " of the arm "
                + arm
                + "; equal seeds are no replicates",
            run.runId(),
            in.isEmpty()
                ? "leave one of them out: they are the same experiment"
                : "they differ in " + String.join(", ", in) + ": add it to --by, or leave one out");
      }
    }
  }

  private static List<ComparedRun> bySeed(List<ComparedRun> runs) {
    return runs.stream().sorted(Comparator.comparingLong(ComparedRun::seed)).toList();
  }
}
