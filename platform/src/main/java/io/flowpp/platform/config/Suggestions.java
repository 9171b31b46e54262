package io.flowpp.platform.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody most likely meant. */
public final class Suggestions {
  // Nobody mistypes a word into something longer; the comparison is quadratic.
  private static final int LONGEST = 60;

  private Suggestions() {}

  /** {@code did you mean 'x'?}, or else the list of what is known. */
  public static String nearestOrAll(String word, Collection<String> known, String what) {
    return nearest(word, known)
        .map(near -> "did you mean '" + near + "'?")
        .orElseGet(() -> what + ": " + String.join(", ", known));
  }

  /** The known word with the fewest edits, where these are few enough for it to be a slip. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = normal(word);
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = edits(wanted, normal(candidate));
      int allowed = Math.max(1, Math.min(wanted.length(), candidate.length()) / 3);
      if (edits <= allowed && edits < fewest) {
        best = candidate;
        fewest = edits;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Whether two words differ in style only. */
  static boolean same(String one, String other) {
    return normal(one).equals(normal(other));
  }

  // learning_rate and learningRate are slips of style, not of spelling.
  private static String normal(String word) {
    return word.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that turn one word into another.
   */
  static int edits(String from, String to) {
    int[][] d = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[from.length()][to.length()];
  }
}
