package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentKey;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.SettingsReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The section {@code ablations}. */
final class ArmsReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

  private final SettingsReader settings;
  private final Problems problems;

  ArmsReader(SettingsReader settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  List<Arm> read(Located.Mapping mapping) {
    List<Arm> arms = new ArrayList<>();
    Map<Map<String, String>, Arm> seen = new HashMap<>();
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              int before = problems.size();
              Arm arm = arm(name, value);
              arms.add(arm);
              // Of one with a problem nobody knows what it sets.
              Arm twin = problems.size() > before ? null : seen.putIfAbsent(texts(arm), arm);
              if (twin != null) {
                String what = arm.settings().isEmpty() ? "sets nothing" : "sets the same";
                String message =
                    what + ", as '" + twin.name() + "' on line " + twin.origin().line();
                problems.add(arm.origin(), "ablations." + name, message, "remove one of them");
              }
            });
    return arms;
  }

  private Arm arm(String name, Located value) {
    if (!NAME.matcher(name).matches()) {
      String expected = "expected a name of letters, digits, '.', '_' and '-', up to 40";
      problems.add(value.origin(), "ablations", expected + ", found '" + name + "'", null);
    }
    if (value instanceof Located.Mapping inner) {
      return new Arm(name, value.origin(), settings.read(inner));
    }
    if (!(value instanceof Located.Scalar scalar && scalar.isNull())) {
      String message = "expected settings, found " + value.describe();
      problems.add(value.origin(), "ablations." + name, message, "write {} for none");
    }
    return new Arm(name, value.origin(), Map.of());
  }

  private Map<String, String> texts(Arm arm) {
    Map<String, String> texts = new TreeMap<>();
    arm.settings()
        .forEach(
            (key, value) ->
                texts.put(
                    key,
                    ExperimentKey.named(key, value.origin(), new Problems())
                        .flatMap(known -> settings.value(known, value))
                        .orElse(value.text())));
    return texts;
  }
}
