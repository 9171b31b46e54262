package io.flowpp.platform.tracking;

import java.util.Arrays;

/** Order among versions such as 3.17.2. */
final class Versions {
  private Versions() {}

  static boolean isOlder(String version, String than) {
    return Arrays.compare(numbers(version), numbers(than)) < 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("[^0-9]+"))
        .filter(part -> !part.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
