package io.flowpp.platform.sweep;

import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Map<String, String> shortKeys = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  TrialNames(String sweep, List<String> keys) {
    this.sweep = sweep;
    keys.forEach(key -> shortKeys.put(key, shortest(key, keys)));
  }

  /** The fewest last words of a key that no other key ends with. */
  private static String shortest(String key, List<String> keys) {
    String end = key.substring(key.lastIndexOf('.') + 1);
    int dot = key.length() - end.length() - 1;
    while (dot > 0 && endsMoreThanOne(end, keys)) {
      dot = key.lastIndexOf('.', dot - 1);
      end = key.substring(dot + 1);
    }
    return end.replace('.', '-');
  }

  private static boolean endsMoreThanOne(String end, List<String> keys) {
    return keys.stream().filter(key -> ("." + key).endsWith("." + end)).count() > 1;
  }

  String name(Map<String, String> params, long seed, String id) {
    StringBuilder name = new StringBuilder(sweep);
    boolean exact = true;
    for (Map.Entry<String, String> param : params.entrySet()) {
      name.append('-');
      if (!param.getKey().equals(Arm.PARAMETER)) {
        name.append(shortKeys.get(param.getKey())).append('-');
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
