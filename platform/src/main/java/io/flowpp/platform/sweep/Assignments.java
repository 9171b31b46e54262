package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentKey.Value;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Everything that a sweep tries, each once, without the seeds. */
final class Assignments {
  /** Nobody waits for more; and a slip in a range must not fill the memory. */
  static final int MOST = 10_000;

  /** Draws in a row that repeat earlier ones, after which there are no others. */
  private static final int MISSES = 1_000;

  private final SweepDraft draft;
  private final Conditions conditions;
  private final Problems problems;

  Assignments(SweepDraft draft, Problems problems) {
    this.draft = draft;
    this.conditions = new Conditions(draft);
    this.problems = problems;
  }

  List<Assignment> all() {
    List<Assignment> all = draft.search() instanceof Search.Random random ? drawn(random) : grid();
    if (problems.isEmpty()) {
      for (Swept parameter : draft.parameters()) {
        if (all.stream().noneMatch(a -> a.chosen().containsKey(parameter.key()))) {
          Swept.Condition first = parameter.when().get(0);
          String message = "is in no trial: nowhere holds that " + first.words();
          problems.add(first.origin(), parameter.key(), message, "change or remove its 'when'");
        }
      }
    }
    return all;
  }

  private List<@Nullable Arm> arms() {
    return draft.arms().isEmpty()
        ? Collections.singletonList(null)
        : new ArrayList<@Nullable Arm>(draft.arms());
  }

  private List<Assignment> grid() {
    List<Assignment> all = new ArrayList<>();
    for (Arm arm : arms()) {
      all.addAll(grid(new Assignment(arm, Map.of())));
      if (all.size() > MOST) {
        String message = "more than " + MOST + " combinations";
        String advice = "try fewer values, or set search: {kind: random, trials: N}";
        problems.add(draft.at("parameters"), "parameters", message, advice);
        return List.of();
      }
    }
    return all;
  }

  private List<Assignment> grid(Assignment start) {
    List<Assignment> grid = List.of(start);
    for (Swept parameter : conditions.order()) {
      List<Assignment> wider = new ArrayList<>();
      for (Assignment before : grid) {
        if (wider.size() > MOST) {
          return wider;
        }
        if (conditions.hold(parameter, before)) {
          values(parameter).forEach(value -> wider.add(before.with(parameter.key(), value)));
        } else {
          wider.add(before);
        }
      }
      grid = wider;
    }
    return grid;
  }

  private static List<Value> values(Swept parameter) {
    if (parameter.domain() instanceof Domain.Listed listed) {
      return listed.values();
    }
    if (parameter.domain() instanceof Domain.Whole whole) {
      return LongStream.rangeClosed(whole.low(), whole.high())
          .limit(MOST + 1L)
          .mapToObj(String::valueOf)
          .map(n -> new Value(new Located.Scalar(parameter.origin(), n, true), n))
          .toList();
    }
    throw new IllegalStateException("not for a grid: " + parameter);
  }

  /** Draws until there are as many different ones as asked for. */
  private List<Assignment> drawn(Search.Random random) {
    Draws draws = new Draws(random.seed());
    Map<Map<String, String>, Assignment> all = new LinkedHashMap<>();
    Set<List<Map<String, String>>> seen = new HashSet<>();
    int misses = 0;
    for (long draw = 0; seen.size() < random.trials() && all.size() <= MOST; draw++) {
      List<Assignment> ofArms = new ArrayList<>();
      for (Arm arm : arms()) {
        ofArms.add(drawn(draws, draw, arm));
      }
      if (!seen.add(ofArms.stream().map(a -> a.params(draft.parameters())).toList())) {
        if (++misses == MISSES) {
          String message =
              random.trials()
                  + " draws asked for, but only "
                  + seen.size()
                  + " different ones found";
          String advice = "set trials: " + seen.size() + ", or use search: grid";
          problems.add(random.origin(), "search.trials", message, advice);
          break;
        }
        continue;
      }
      misses = 0;
      ofArms.forEach(a -> all.putIfAbsent(a.params(draft.parameters()), a));
    }
    if (all.size() > MOST) {
      String message = "more than " + MOST + " combinations";
      problems.add(random.origin(), "search.trials", message, "ask for fewer");
    }
    return List.copyOf(all.values());
  }

  private Assignment drawn(Draws draws, long draw, @Nullable Arm arm) {
    Assignment drawn = new Assignment(arm, Map.of());
    for (Swept parameter : conditions.order()) {
      if (conditions.hold(parameter, drawn)) {
        drawn = drawn.with(parameter.key(), draws.draw(parameter, draw));
      }
    }
    return drawn;
  }
}
