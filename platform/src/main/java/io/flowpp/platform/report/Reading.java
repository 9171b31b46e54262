package io.flowpp.platform.report;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ImageShape;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the figures say, in sentences. */
final class Reading {
  private Reading() {}

  /** The answer to "is it any good?". */
  static String verdict(ReportInput input, Standing standing) {
    double model = standing.model();
    if (!Double.isFinite(model)) {
      return "The score of the test images is not a number: the training diverged or its weights are damaged. Nothing below tells how good this model is.";
    }
    List<Standing.Entry> better =
        standing.others().stream().filter(e -> e.bitsPerDim() <= model).toList();
    if (better.isEmpty()) {
      return beatsAll(model, standing);
    }
    String names =
        better.stream()
            .map(e -> e.name() + " (" + Show.bits(e.bitsPerDim()) + ")")
            .collect(Collectors.joining(", "));
    String end =
        input.model().bits() <= model
            ? " It takes more than the images take as they are: it has learned nothing yet."
            : " Train it for longer before reading anything else into it.";
    return "This model does not beat every simple coder: "
        + names
        + (better.size() == 1 ? " does" : " do")
        + " better."
        + end;
  }

  private static String beatsAll(double model, Standing standing) {
    Standing.Entry measured = standing.bestMeasured();
    StringBuilder text = new StringBuilder("The model beats every simple coder: ");
    text.append(Show.less(model, measured.bitsPerDim()))
        .append(" fewer bits than the best one measured here (")
        .append(measured.name())
        .append(", ");
    text.append(Show.bits(measured.bitsPerDim())).append(')');
    Optional<Standing.Entry> quoted = standing.bestQuoted();
    quoted.ifPresent(
        q ->
            text.append(" and ")
                .append(Show.less(model, q.bitsPerDim()))
                .append(" fewer than ")
                .append(q.name())
                .append(" (")
                .append(Show.bits(q.bitsPerDim()))
                .append(')'));
    return text.append('.').toString();
  }

  /** Bits/dim in bytes, which everyone has a feeling for; empty where there is no score. */
  static String bytes(ReportInput input, double model) {
    if (!Double.isFinite(model)) {
      return "";
    }
    ImageShape shape = input.model().shape();
    double plain = shape.dimensions() * input.model().bits() / 8.0;
    return String.format(
        Locale.ROOT,
        "One %s image takes %s bytes with it, %s as it is.",
        shape,
        Show.decimal(model * shape.dimensions() / 8, 0),
        Show.decimal(plain, 0));
  }

  /** Half the width of the 95 % interval of the mean over images; not a number for a single one. */
  static double halfInterval(List<ImageScore> scores) {
    int n = scores.size();
    double mean = scores.stream().mapToDouble(ImageScore::bitsPerDim).average().orElseThrow();
    double squares = scores.stream().mapToDouble(s -> Math.pow(s.bitsPerDim() - mean, 2)).sum();
    return n < 2 ? Double.NaN : 1.96 * Math.sqrt(squares / (n - 1) / n);
  }

  /**
   * How exact the way through the flow and back was, from the first and the last row of the grid.
   */
  static String roundTrip(SampleGrid reconstructions) {
    int dimensions = reconstructions.shape().dimensions();
    int row = reconstructions.images() / 3 * dimensions;
    byte[] pixels = reconstructions.pixels();
    int changed = 0;
    int most = 0;
    for (int i = 0; i < row; i++) {
      int difference = Math.abs((pixels[i] & 0xff) - (pixels[2 * row + i] & 0xff));
      changed += difference > 0 ? 1 : 0;
      most = Math.max(most, difference);
    }
    if (changed == 0) {
      return "The way through the flow and back gives every one of the "
          + Show.count(row)
          + " values again.";
    }
    return "The way through the flow and back changes "
        + Show.count(changed)
        + " of the "
        + Show.count(row)
        + " values, by at most "
        + most
        + " of 255.";
  }

  static String published(Standing standing) {
    return standing.quoted().models().stream()
        .sorted((a, b) -> Double.compare(b.bitsPerDim(), a.bitsPerDim()))
        .map(
            q ->
                q.name()
                    + " "
                    + Show.decimal(q.bitsPerDim(), q.bitsPerDim() * 100 % 1 < 1e-6 ? 2 : 3)
                    + (q.source().isEmpty() ? "" : " (" + q.source() + ")"))
        .collect(Collectors.joining(", "));
  }
}
