package io.flowpp.platform.report;

import java.util.Locale;

/** Numbers as a reader wants them; the same on every machine. */
public final class Show {
  private Show() {}

  public static String bits(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "not a number";
  }

  public static String decimal(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%,." + decimals + "f", value)
        : "not a number";
  }

  /** Four digits, whatever the magnitude: for metrics of which only the name is known. */
  public static String metric(double value) {
    if (!Double.isFinite(value)) {
      return "not a number";
    }
    double magnitude = Math.abs(value);
    if (value == Math.rint(value) && magnitude < 1e12) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String format =
        magnitude >= 1000
            ? "%,.1f"
            : magnitude >= 10 ? "%.2f" : magnitude >= 1e-3 ? "%.4f" : "%.3e";
    return String.format(Locale.ROOT, format, value);
  }

  public static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  public static String plural(long n, String noun) {
    return count(n) + " " + noun + (n == 1 ? "" : "s");
  }

  public static String duration(double seconds) {
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** How much less {@code value} is than {@code than}, in percent. */
  public static String less(double value, double than) {
    double share = 100 * (1 - value / than);
    return String.format(Locale.ROOT, share < 10 ? "%.1f\u00a0%%" : "%.0f\u00a0%%", share);
  }
}
