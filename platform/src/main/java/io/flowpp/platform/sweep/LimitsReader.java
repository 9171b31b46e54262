package io.flowpp.platform.sweep;

import io.flowpp.platform.config.Fields;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.sweep.SweepDraft.DraftLimits;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The section {@code limits}. */
final class LimitsReader {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*(s|m|h)");

  private LimitsReader() {}

  static DraftLimits read(Fields fields) {
    fields.expectOnly(
        List.of(
            "max-trials",
            "max-concurrent",
            "max-failures",
            "max-hours",
            "max-attempts",
            "hang-after"));
    DraftLimits limits =
        new DraftLimits(
            fields.count("max-trials"),
            fields.count("max-concurrent"),
            fields.count("max-failures"),
            fields.positive("max-hours"),
            fields.count("max-attempts"),
            duration(fields, "hang-after"));
    Integer trials = limits.maxTrials();
    Integer atOnce = limits.maxConcurrent();
    if (trials != null && atOnce != null && atOnce > trials) {
      String message = atOnce + " trials at once, but limits.max-trials is " + trials;
      fields.problem("max-concurrent", message, "use at most " + trials);
    }
    return limits;
  }

  private static @Nullable Duration duration(Fields fields, String name) {
    Located written = fields.get(name);
    if (written == null) {
      return null;
    }
    String text = written instanceof Located.Scalar scalar ? scalar.text() : "";
    Matcher matcher = DURATION.matcher(text);
    long amount = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (amount < 1) {
      String found = "expected a time like 90s, 10m or 1h, found " + written.describe();
      fields.problem(name, found, text.matches("[0-9]+") ? "add the unit: s, m or h" : null);
      return null;
    }
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }
}
