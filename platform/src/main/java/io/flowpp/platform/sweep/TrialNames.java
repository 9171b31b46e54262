package io.flowpp.platform.sweep;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What trials are called: the sweep's name and what tells a trial apart, short, of the characters
 * that names of experiments have. The same parameters give the same name whatever other values are
 * tried.
 */
final class TrialNames {
  private static final int LONGEST = 100;

  private final String sweep;
  private final Map<String, String> shortKeys;
  private final Set<String> taken = new HashSet<>();

  TrialNames(String sweep, List<String> keys) {
    this.sweep = sweep;
    this.shortKeys = ShortKeys.of(keys);
  }

  String name(Map<String, String> params, long seed, String id) {
    StringBuilder name = new StringBuilder(sweep);
    boolean exact = true;
    for (Map.Entry<String, String> param : params.entrySet()) {
      name.append('-');
      if (!param.getKey().equals(Arm.PARAMETER)) {
        String key = shortKeys.getOrDefault(param.getKey(), param.getKey());
        name.append(key.replace('.', '-')).append('-');
      }
      String value = param.getValue().replaceAll("[^A-Za-z0-9._-]+", "_");
      exact &= value.equals(param.getValue());
      name.append(value);
    }
    name.append("-s").append(seed);
    String whole = name.toString();
    if (exact && whole.length() <= LONGEST && taken.add(whole)) {
      return whole;
    }
    String end = "-" + id;
    String unique = whole.substring(0, Math.min(whole.length(), LONGEST - end.length())) + end;
    taken.add(unique);
    return unique;
  }
}
