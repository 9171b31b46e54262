package io.flowpp.platform.sweep;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a sweep: an upright axis for each parameter that differs, the metric's last, and a
 * line across all of them for each finished trial, dark where the metric is good. Words stand side
 * by side on their axis; numbers that span more than {@value #DECADES} powers of ten are drawn by
 * their logarithm.
 */
final class ParallelCoordinates {
  private static final int DECADES = 2;
  private static final int SIDE = 90;
  private static final int TOP = 60;
  private static final int BOTTOM = 40;
  private static final int TICKS = 5;
  private static final int LONGEST = 18;
  private static final Color GOOD = new Color(0x0b3c6f);
  private static final Color BAD = new Color(0xf2b56b);

  /**
   * @param values by parameter; one that a trial is without has its own place on the axis
   */
  record Line(Map<String, String> values, double metric) {}

  private final Metric metric;
  private final List<Line> lines;
  private final List<Scale> axes = new ArrayList<>();

  /** Lines whose metric is not finite have no place on its axis and are left out. */
  ParallelCoordinates(Metric metric, List<Line> lines) {
    this.metric = metric;
    this.lines =
        lines.stream()
            .filter(line -> Double.isFinite(line.metric()))
            // The best are drawn last, over the others.
            .sorted(
                (a, b) ->
                    metric.isBetter(a.metric(), b.metric())
                        ? 1
                        : metric.isBetter(b.metric(), a.metric()) ? -1 : 0)
            .toList();
    this.lines.stream()
        .flatMap(line -> line.values().keySet().stream())
        .distinct()
        .map(name -> Scale.of(name, column(name)))
        .filter(scale -> scale.ticks().size() > 1)
        .forEach(axes::add);
    axes.add(
        Scale.ofNumbers(metric.name(), this.lines.stream().map(Line::metric).sorted().toList()));
  }

  BufferedImage draw(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    for (Line line : lines) {
      draw(graphics, line, width, height);
    }
    for (int i = 0; i < axes.size(); i++) {
      draw(graphics, axes.get(i), x(i, width), height);
    }
    graphics.dispose();
    return image;
  }

  private void draw(Graphics2D graphics, Line line, int width, int height) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < axes.size(); i++) {
      Scale axis = axes.get(i);
      String value =
          i == axes.size() - 1
              ? String.valueOf(line.metric())
              : line.values().getOrDefault(axis.name(), Scale.NOTHING);
      double y = y(axis.place(value), height);
      if (i == 0) {
        path.moveTo(x(i, width), y);
      } else {
        path.lineTo(x(i, width), y);
      }
    }
    double height01 = axes.get(axes.size() - 1).place(String.valueOf(line.metric()));
    graphics.setColor(
        mix(metric.direction() == Metric.Direction.MINIMIZE ? height01 : 1 - height01));
    graphics.setStroke(new BasicStroke(lines.size() > 60 ? 1.2f : 2f));
    graphics.draw(path);
  }

  private static void draw(Graphics2D graphics, Scale axis, double x, int height) {
    graphics.setColor(Color.DARK_GRAY);
    graphics.setStroke(new BasicStroke(1f));
    int left = (int) Math.round(x);
    graphics.drawLine(left, TOP, left, height - BOTTOM);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    FontMetrics words = graphics.getFontMetrics();
    String name = shortened(axis.name());
    graphics.drawString(name, left - words.stringWidth(name) / 2, TOP - 24);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    words = graphics.getFontMetrics();
    for (Map.Entry<String, Double> tick : axis.ticks().entrySet()) {
      int y = (int) Math.round(y(tick.getValue(), height));
      String text = shortened(tick.getKey());
      graphics.setColor(new Color(255, 255, 255, 200)); // lines run behind the words
      graphics.fillRect(left + 5, y - 8, words.stringWidth(text) + 2, 16);
      graphics.setColor(Color.DARK_GRAY);
      graphics.drawLine(left - 3, y, left + 3, y);
      graphics.drawString(text, left + 6, y + 4);
    }
  }

  private double x(int axis, int width) {
    return axes.size() == 1 ? width / 2.0 : SIDE + axis * (width - 2.0 * SIDE) / (axes.size() - 1);
  }

  private static double y(double place, int height) {
    return height - BOTTOM - place * (height - TOP - BOTTOM);
  }

  /**
   * @param share 0 for the best
   */
  private static Color mix(double share) {
    return new Color(
        between(GOOD.getRed(), BAD.getRed(), share),
        between(GOOD.getGreen(), BAD.getGreen(), share),
        between(GOOD.getBlue(), BAD.getBlue(), share));
  }

  private static int between(int from, int to, double share) {
    return (int) Math.round(from + share * (to - from));
  }

  private List<String> column(String name) {
    return lines.stream().map(line -> line.values().getOrDefault(name, Scale.NOTHING)).toList();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : "…" + text.substring(text.length() - LONGEST + 1);
  }

  /**
   * Where values stand on an axis, from 0 below to 1 above.
   *
   * @param ticks what is written beside it, and where
   * @param numbers null where values are words
   */
  private record Scale(String name, Map<String, Double> ticks, @Nullable Range numbers) {
    static final String NOTHING = "–";
    private static final double NONE = Double.POSITIVE_INFINITY; // words stand above numbers

    static Scale of(String name, Collection<String> values) {
      if (values.stream().allMatch(Scale::isNumber)) {
        return ofNumbers(name, values.stream().map(Double::valueOf).distinct().sorted().toList());
      }
      List<String> words =
          values.stream()
              .distinct()
              .sorted(
                  Comparator.comparing(
                          (String word) -> isNumber(word) ? Double.parseDouble(word) : NONE)
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
      Map<String, Double> ticks =
          words.stream()
              .collect(
                  Collectors.toMap(
                      word -> word,
                      word ->
                          words.size() == 1 ? 0.5 : words.indexOf(word) / (words.size() - 1.0)));
      return new Scale(name, ticks, null);
    }

    static Scale ofNumbers(String name, List<Double> sorted) {
      double low = sorted.isEmpty() ? 0 : sorted.get(0);
      double high = sorted.isEmpty() ? 1 : sorted.get(sorted.size() - 1);
      Range range = new Range(low, high, low > 0 && high / low > Math.pow(10, DECADES));
      List<Double> shown =
          sorted.size() <= TICKS && !sorted.isEmpty()
              ? sorted.stream().distinct().toList()
              : range.even();
      Map<String, Double> ticks =
          shown.stream()
              .sorted(Comparator.naturalOrder())
              .collect(Collectors.toMap(Scale::text, range::place, (one, same) -> one));
      return new Scale(name, ticks, range);
    }

    double place(String value) {
      return numbers == null
          ? ticks.getOrDefault(value, 0.5)
          : numbers.place(Double.parseDouble(value));
    }

    private static String text(double value) {
      String text = String.format(Locale.ROOT, "%.4g", value);
      return value == Math.rint(value) && Math.abs(value) < 1e6
          ? String.format(Locale.ROOT, "%.0f", value)
          : text.contains("e") || !text.contains(".") ? text : text.replaceAll("\\.?0+$", "");
    }

    private static boolean isNumber(String value) {
      try {
        return Double.isFinite(Double.parseDouble(value));
      } catch (NumberFormatException word) {
        return false;
      }
    }
  }

  private record Range(double low, double high, boolean logarithmic) {
    double place(double value) {
      if (high <= low) {
        return 0.5;
      }
      return logarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }

    List<Double> even() {
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < TICKS; i++) {
        double share = i / (TICKS - 1.0);
        values.add(logarithmic ? low * Math.pow(high / low, share) : low + share * (high - low));
      }
      return values;
    }
  }
}
