package io.flowpp.platform.sweep;

import io.flowpp.platform.config.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the parts of a sweep's file must be to one another. */
final class DraftChecks {
  private final SweepDraft draft;
  private final Problems problems;
  private final Map<String, Swept> swept = new LinkedHashMap<>();

  DraftChecks(SweepDraft draft, Problems problems) {
    this.draft = draft;
    this.problems = problems;
    draft.parameters().forEach(parameter -> swept.put(parameter.key(), parameter));
  }

  void check() {
    somethingToTry();
    sharedSettings();
    arms();
    circles();
  }

  private void somethingToTry() {
    if (!problems.isEmpty()) {
      return; // what has a problem might have been it
    }
    boolean parameters = !draft.parameters().isEmpty();
    if (!parameters && draft.arms().isEmpty() && draft.seeds().isEmpty()) {
      String advice = "give values under 'parameters', named settings under 'ablations', or seeds";
      problems.add(draft.at("parameters"), "parameters", "an empty grid: nothing to try", advice);
    }
    if (!parameters && draft.search() instanceof Search.Random random) {
      String message = "nothing to draw: there are no parameters";
      problems.add(random.origin(), "search", message, "remove it: ablations and seeds need none");
    }
  }

  private void sharedSettings() {
    draft
        .set()
        .forEach(
            (key, value) -> {
              Swept parameter = swept.get(key);
              if (key.equals("name") || key.equals("seed") || key.equals("execution.runner")) {
                String advice = ParametersReader.OURS.get(key);
                problems.add(value.origin(), key, "cannot be set for all trials", advice);
              } else if (parameter != null && parameter.when().isEmpty()) {
                int line = parameter.origin().line();
                String message = "is swept (line " + line + "), so this value is never used";
                problems.add(value.origin(), key, message, "remove one of them");
              }
            });
  }

  private void arms() {
    for (Arm arm : draft.arms()) {
      arm.settings()
          .forEach(
              (key, value) -> {
                if (ParametersReader.OURS.containsKey(key)) {
                  String advice = ParametersReader.OURS.get(key);
                  problems.add(value.origin(), key, "cannot differ between ablations", advice);
                } else if (swept.containsKey(key)) {
                  int line = swept.get(key).origin().line();
                  String message =
                      "ablation '" + arm.name() + "' sets it, and line " + line + " sweeps it";
                  problems.add(value.origin(), key, message, "remove one of them");
                }
              });
    }
  }

  private void circles() {
    for (Swept start : draft.parameters()) {
      path(start, start, new ArrayList<>())
          // Told once, where the first of the circle stands.
          .filter(path -> isFirst(start, path))
          .ifPresent(
              path -> {
                String circle = String.join(" -> ", path) + " -> " + start.key();
                String message = "'when' goes in a circle: " + circle;
                problems.add(start.origin(), start.key(), message, "take one 'when' out");
              });
    }
  }

  private boolean isFirst(Swept start, List<String> path) {
    return draft.parameters().stream()
        .map(Swept::key)
        .filter(path::contains)
        .findFirst()
        .orElseThrow()
        .equals(start.key());
  }

  /** The way from {@code at} back to {@code start} along conditions. */
  private Optional<List<String>> path(Swept start, Swept at, List<String> walked) {
    if (walked.contains(at.key())) {
      return Optional.empty();
    }
    List<String> path = new ArrayList<>(walked);
    path.add(at.key());
    for (Swept.Condition condition : at.when()) {
      Swept next = swept.get(condition.key());
      if (next == null) {
        continue;
      }
      if (next.key().equals(start.key())) {
        return Optional.of(path);
      }
      Optional<List<String>> further = path(start, next, path);
      if (further.isPresent()) {
        return further;
      }
    }
    return Optional.empty();
  }
}
