package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.report.Show;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of one metric as a reader wants them, in ASCII. What is no number, or is not there, is a
 * dash.
 */
final class Numbers {
  static final String NOTHING = "-";
  private static final double SMALL_P = .001;

  private final boolean bits;

  Numbers(Comparison comparison) {
    bits = comparison.unit().equals("bits/dim");
  }

  /** Bits/dim with four decimals, whatever else with four digits. */
  String value(double value) {
    if (Double.isNaN(value)) {
      return NOTHING;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return bits ? String.format(Locale.ROOT, "%.4f", value) : Show.metric(value);
  }

  /** With its sign. */
  String change(double value) {
    String text = value(value);
    return value > 0 && !text.matches("0[.0]*") ? "+" + text : text.replaceAll("^-(0[.0]*)$", "$1");
  }

  String interval(@Nullable Interval interval) {
    return between(interval, this::value);
  }

  String changes(@Nullable Interval interval) {
    return between(interval, this::change);
  }

  private static String between(@Nullable Interval interval, DoubleFunction<String> number) {
    return interval == null
        ? NOTHING
        : "[" + number.apply(interval.low()) + ", " + number.apply(interval.high()) + "]";
  }

  /** {@code <.001}, else three decimals without the zero before them. */
  static String p(@Nullable Double p) {
    if (p == null || p.isNaN()) {
      return NOTHING;
    }
    if (p < SMALL_P) {
      return "<.001";
    }
    return p > 1 - SMALL_P / 2 ? ">.999" : String.format(Locale.ROOT, "%.3f", p).substring(1);
  }

  /** A minus and the sign of infinity as they are printed; a longer dash for what is not there. */
  static String printed(String ascii) {
    return ascii.equals(NOTHING)
        ? "–"
        : ascii.replaceAll("-(?=inf|[\\d.])", "−").replace("inf", "∞");
  }

  /** Of a share such as the level of a family: {@code 95%}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.4g", 100 * share).replaceAll("\\.?0+$", "") + "%";
  }

  /** A margin as it was given, without zeros behind. */
  static String plain(double value) {
    return String.format(Locale.ROOT, "%.6f", value).replaceAll("\\.?0+$", "");
  }
}
