package io.flowpp.platform.report;

import io.flowpp.core.evaluate.ImageScore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last lines of a run in a terminal. */
public final class Summary {
  private Summary() {}

  /** As {@link #render(ReportInput, String)}, for a report whose place the caller prints. */
  public static String render(ReportInput input) {
    return render(input, null);
  }

  /**
   * Bits/dim among the simple coders, time by stage, and where to look further.
   *
   * @param report path of report.html; null where it is told elsewhere
   */
  public static String render(ReportInput input, @Nullable String report) {
    Standing standing = Standing.of(input);
    StringBuilder text = new StringBuilder();
    text.append(input.run().name())
        .append(": ")
        .append(Show.bits(standing.model()))
        .append(" bits/dim on ")
        .append(Show.plural(input.evaluation().images(), "test image"));
    text.append(", ")
        .append(Show.plural(input.evaluation().samples(), "importance sample"))
        .append(" each\n\n");
    text.append(coders(input, standing)).append('\n').append(stages(input.stages())).append('\n');
    text.append(incidents(input));
    List<String[]> places = new ArrayList<>();
    places.add(new String[] {"run", input.run().id()});
    String address = address(input.run());
    places.add(new String[] {"MLflow", address});
    if (report != null) {
      places.add(new String[] {"report", report});
    }
    return text.append(Columns.align(places, "ll")).toString();
  }

  private static String coders(ReportInput input, Standing standing) {
    List<String[]> rows = new ArrayList<>();
    for (Standing.Entry e : standing.entries()) {
      boolean own = e.origin() == Standing.Origin.THIS_MODEL;
      String note = own ? interval(input.scores()) : e.origin().label();
      rows.add(new String[] {own ? ">" : "", e.name(), Show.bits(e.bitsPerDim()), note});
    }
    return Columns.align(rows, "llrl");
  }

  private static String interval(List<ImageScore> scores) {
    double half = Reading.halfInterval(scores);
    return Double.isFinite(half) ? "+-" + Show.bits(half) + " (95 % over images)" : "";
  }

  private static String stages(List<ReportInput.Stage> stages) {
    List<String[]> rows = new ArrayList<>();
    double total = 0;
    for (ReportInput.Stage s : stages) {
      rows.add(new String[] {"", s.name(), s.status(), Show.duration(s.seconds())});
      total += s.seconds();
    }
    rows.add(new String[] {"", "total", "", Show.duration(total)});
    return Columns.align(rows, "lllr");
  }

  /** Empty where every step was finite. */
  private static String incidents(ReportInput input) {
    int skipped = input.metrics().getOrDefault("train/skipped", 0.).intValue();
    int returns = input.metrics().getOrDefault("train/returns", 0.).intValue();
    return skipped == 0
        ? ""
        : Show.plural(skipped, "training step")
            + " not finite and skipped, "
            + Show.plural(returns, "return")
            + " to a checkpoint\n\n";
  }

  private static String address(ReportInput.Run run) {
    String page = run.trackingPage();
    String uri = run.trackingUri();
    return page != null ? page : uri != null ? uri : "not reached; journalled, nothing is lost";
  }
}
