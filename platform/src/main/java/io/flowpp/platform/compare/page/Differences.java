package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each arm has otherwise than the baseline. By arm, since a column for each would leave the
 * page with many of them.
 *
 * @param parameter empty for an arm that has nothing otherwise
 */
record Differences(String arm, String parameter, String value, String baseline) {
  /** An arm that lacks a parameter, such as the attention heads of one without attention. */
  static final String ABSENT = "not set";

  static List<Differences> of(Comparison comparison) {
    List<Differences> all = new ArrayList<>();
    for (Arm arm : comparison.arms().subList(1, comparison.arms().size())) {
      int before = all.size();
      for (Map.Entry<String, Map<String, String>> parameter :
          new TreeMap<>(comparison.differing()).entrySet()) {
        String here = parameter.getValue().getOrDefault(arm.name(), ABSENT);
        String there = parameter.getValue().getOrDefault(comparison.baseline().name(), ABSENT);
        if (!here.equals(there)) {
          all.add(new Differences(arm.name(), parameter.getKey(), here, there));
        }
      }
      if (all.size() == before) {
        all.add(new Differences(arm.name(), "", "", ""));
      }
    }
    return all;
  }
}
