package io.flowpp.platform.config;

import io.flowpp.core.spec.SchedulePiece;
import io.flowpp.core.spec.SchedulePiece.Decay;
import io.flowpp.core.spec.SchedulePiece.Hold;
import io.flowpp.core.spec.SchedulePiece.Linear;
import io.flowpp.core.spec.SpecException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A learning rate in short: {@code linear to 1 until 5000 then hold until 50000 then decay 0.9999
 * to 0.3} rises to its peak, stays there, and falls to .3 of it. Numbers are shares of the peak but
 * for the decay's ratio of one step to the one before it.
 */
final class ScheduleText {
  private static final String VALUE = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?";
  private static final String STEP = "[1-9][0-9]{0,8}";
  private static final String GAP = "\\s+";
  private static final String FROM = "(?:" + GAP + "from" + GAP + "(?<from>" + VALUE + "))?";
  private static final String TO = GAP + "to" + GAP + "(?<to>" + VALUE + ")";
  private static final String UNTIL = GAP + "until" + GAP + "(?<until>" + STEP + ")";

  private static final Pattern LINEAR = Pattern.compile("linear" + FROM + TO + UNTIL);
  private static final Pattern HOLD =
      Pattern.compile("hold(?:" + GAP + "(?<from>" + VALUE + "))?(?:" + UNTIL + ")?");
  private static final Pattern DECAY =
      Pattern.compile("decay" + GAP + "(?<ratio>" + VALUE + ")" + FROM + TO + "(?:" + UNTIL + ")?");
  private static final Pattern THEN = Pattern.compile(GAP + "then" + GAP);

  private static final String PIECE =
      nameless("(?:" + LINEAR.pattern() + "|" + HOLD.pattern() + "|" + DECAY.pattern() + ")");

  /** The form alone; whether the numbers make a schedule, {@code ScheduleSpec.Pieces} says. */
  static final Pattern TEXT =
      Pattern.compile("\\s*" + PIECE + "(?:" + THEN.pattern() + PIECE + ")*\\s*");

  private ScheduleText() {}

  /**
   * @param text of the form {@link #TEXT}
   * @throws SpecException if a number is out of its range
   */
  static List<SchedulePiece> parse(String text) {
    List<SchedulePiece> pieces = new ArrayList<>();
    for (String part : THEN.split(text.strip(), -1)) {
      pieces.add(piece(part));
    }
    return pieces;
  }

  private static SchedulePiece piece(String part) {
    Matcher m = LINEAR.matcher(part);
    if (m.matches()) {
      return new Linear(optional(m.group("from")), number(m.group("to")), step(m.group("until")));
    }
    m = HOLD.matcher(part);
    if (m.matches()) {
      return new Hold(optional(m.group("from")), step(m.group("until")));
    }
    m = DECAY.matcher(part);
    if (m.matches()) {
      return new Decay(
          optional(m.group("from")),
          number(m.group("ratio")),
          number(m.group("to")),
          step(m.group("until")));
    }
    throw new IllegalArgumentException("not a piece of a schedule: " + part);
  }

  /** The one spelling of all that mean the same: single spaces, plain numbers. */
  static String normal(String text) {
    return Pattern.compile(GAP)
        .splitAsStream(text.strip())
        .map(word -> word.matches(VALUE) ? shortest(word) : word)
        .collect(Collectors.joining(" "));
  }

  private static String shortest(String number) {
    BigDecimal value = new BigDecimal(number).stripTrailingZeros();
    return value.scale() <= 0 && value.precision() - value.scale() <= 15
        ? value.toPlainString()
        : value.toString().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Double optional(@Nullable String number) {
    return number == null ? null : (Double) number(number);
  }

  private static double number(String number) {
    return Double.parseDouble(number);
  }

  private static int step(@Nullable String step) {
    return step == null ? SchedulePiece.FOREVER : Integer.parseInt(step);
  }

  private static String nameless(String pattern) {
    return pattern.replaceAll("\\?<[a-z]+>", "?:");
  }
}
