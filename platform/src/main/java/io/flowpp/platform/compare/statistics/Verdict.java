package io.flowpp.platform.compare.statistics;

import java.util.Locale;

/** What a comparison with a baseline comes to. */
public enum Verdict {
  BETTER,
  WORSE,
  /** The difference, whichever sign it has, is below the margin. Wins over better and worse. */
  EQUIVALENT,
  CANNOT_TELL;

  /** As scripts read it: {@code cannot-tell}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
