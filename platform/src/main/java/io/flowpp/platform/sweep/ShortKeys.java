package io.flowpp.platform.sweep;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keys as names and tables have them: {@code batch} for {@code training.batch}. */
public final class ShortKeys {
  private ShortKeys() {}

  /** The fewest last words of each key that no other of them ends with. */
  public static Map<String, String> of(Collection<String> keys) {
    Map<String, String> shortKeys = new LinkedHashMap<>();
    keys.forEach(key -> shortKeys.put(key, shortest(key, keys)));
    return shortKeys;
  }

  private static String shortest(String key, Collection<String> keys) {
    int dot = key.lastIndexOf('.');
    while (dot > 0 && endsMoreThanOne(key.substring(dot), keys)) {
      dot = key.lastIndexOf('.', dot - 1);
    }
    return key.substring(dot + 1);
  }

  private static boolean endsMoreThanOne(String end, Collection<String> keys) {
    return keys.stream().filter(key -> ("." + key).endsWith(end)).count() > 1;
  }
}
