package io.flowpp.platform.report;

import java.util.Locale;

/**
 * Draws as SVG: inside a page, whose style sheet gives the colours in light and dark, or as a file
 * of its own, which has them with it.
 */
public final class SvgSurface implements Surface {
  private static final int REPLACEMENT = 0xfffd;

  private final StringBuilder body = new StringBuilder();
  private final String id;
  private final int width;
  private final int height;
  private final String description;
  private int clips;

  /**
   * @param id unique in the page: clips are called by it
   */
  public SvgSurface(String id, int width, int height, String description) {
    this.id = id;
    this.width = width;
    this.height = height;
    this.description = description;
  }

  /** For a page that has {@link Page#style()}. */
  public String svg() {
    return opened("", 0) + body + "</svg>";
  }

  /**
   * For a file: in the light colours, on a ground of its own.
   *
   * @param edge pixels of empty ground around the drawing
   */
  public String file(int edge) {
    int wide = width + 2 * edge;
    int high = height + 2 * edge;
    String size = String.format(Locale.ROOT, " width=\"%d\" height=\"%d\"", wide, high);
    return opened(" xmlns=\"http://www.w3.org/2000/svg\"" + size, edge)
        + "<style>\n"
        + Page.chartStyle()
        + "</style>\n<rect class=\"c-ground\" x=\""
        + -edge
        + "\" y=\""
        + -edge
        + "\""
        + size
        + "/>\n"
        + body
        + "</svg>\n";
  }

  private String opened(String attributes, int edge) {
    return String.format(
        Locale.ROOT,
        "<svg%s class=\"chart\" role=\"img\" aria-label=\"%s\" viewBox=\"%d %d %d %d\">\n",
        attributes,
        escape(description).replace("\"", "&quot;"),
        -edge,
        -edge,
        width + 2 * edge,
        height + 2 * edge);
  }

  @Override
  public void line(Ink ink, double x1, double y1, double x2, double y2) {
    body.append("<path class=\"")
        .append(css(ink))
        .append("\" d=\"M")
        .append(point(x1, y1))
        .append('L')
        .append(point(x2, y2))
        .append("\"/>\n");
  }

  @Override
  public void polyline(Ink ink, double[] x, double[] y) {
    StringBuilder way = new StringBuilder();
    append(way, x, y);
    clipped(css(ink), way);
  }

  @Override
  public void dashes(Ink ink, double[] x, double[] y) {
    StringBuilder way = new StringBuilder();
    append(way, x, y);
    clipped("dashes " + css(ink), way);
  }

  @Override
  public void band(Ink ink, double[] x, double[] low, double[] high) {
    StringBuilder way = new StringBuilder();
    append(way, x, low);
    for (int i = x.length - 1; i >= 0; i--) {
      way.append('L').append(point(x[i], high[i]));
    }
    clipped("band " + css(ink), way.append('Z'));
  }

  /** As one path of lines without length, whose round ends are what is seen. */
  @Override
  public void specks(Ink ink, double[] x, double[] y) {
    StringBuilder way = new StringBuilder();
    for (int i = 0; i < x.length; i++) {
      way.append('M').append(point(x[i], y[i])).append("h0");
    }
    clipped("specks " + css(ink), way);
  }

  private static void append(StringBuilder way, double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      way.append(i == 0 ? 'M' : 'L').append(point(x[i], y[i]));
    }
  }

  private void clipped(String classes, StringBuilder way) {
    body.append("<path ")
        .append(clipping())
        .append("class=\"")
        .append(classes)
        .append("\" d=\"")
        .append(way)
        .append("\"/>\n");
  }

  @Override
  public void dot(Ink ink, double x, double y) {
    circle("dot", ink, x, y);
  }

  @Override
  public void ring(Ink ink, double x, double y) {
    circle("ring", ink, x, y);
  }

  private void circle(String kind, Ink ink, double x, double y) {
    body.append("<circle ")
        .append(clipping())
        .append("class=\"")
        .append(kind)
        .append(' ')
        .append(css(ink))
        .append("\" cx=\"")
        .append(number(x))
        .append("\" cy=\"")
        .append(number(y));
    body.append("\" r=\"3\"/>\n");
  }

  @Override
  public void bar(Ink ink, double x, double y, double w, double h) {
    body.append("<rect class=\"")
        .append(css(ink))
        .append("\" x=\"")
        .append(number(x))
        .append("\" y=\"")
        .append(number(y));
    body.append("\" width=\"")
        .append(number(w))
        .append("\" height=\"")
        .append(number(h))
        .append("\"/>\n");
  }

  @Override
  public void text(Ink ink, double x, double baseline, Anchor anchor, String text) {
    body.append("<text class=\"")
        .append(css(ink))
        .append("\" text-anchor=\"")
        .append(anchor.name().toLowerCase(Locale.ROOT));
    body.append("\" x=\"")
        .append(number(x))
        .append("\" y=\"")
        .append(number(baseline))
        .append("\">")
        .append(escape(text))
        .append("</text>\n");
  }

  @Override
  public void clip(double x, double y, double w, double h) {
    clips++;
    body.append("<clipPath id=\"")
        .append(clipId())
        .append("\"><rect x=\"")
        .append(number(x))
        .append("\" y=\"")
        .append(number(y));
    body.append("\" width=\"")
        .append(number(w))
        .append("\" height=\"")
        .append(number(h))
        .append("\"/></clipPath>\n");
  }

  private String clipId() {
    return clips == 1 ? id : id + "-" + clips;
  }

  /** Nothing is cut off before the first clip. */
  private String clipping() {
    return clips == 0 ? "" : "clip-path=\"url(#" + clipId() + ")\" ";
  }

  private static String css(Ink ink) {
    String name = "c-" + ink.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return ink.isOfArm() ? "arm " + name : name;
  }

  private static String point(double x, double y) {
    return number(x) + " " + number(y);
  }

  /**
   * A tenth of a pixel is finer than any screen shows; far more would only make the page larger.
   */
  private static String number(double v) {
    double bounded = Math.max(-1e5, Math.min(1e5, v));
    return Double.toString(Math.rint(bounded * 10) / 10);
  }

  /** What XML does not allow even escaped, such as most control characters, becomes a mark. */
  private static String escape(String text) {
    StringBuilder allowed = new StringBuilder();
    text.codePoints().map(c -> isXml(c) ? c : REPLACEMENT).forEach(allowed::appendCodePoint);
    return allowed.toString().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static boolean isXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= ' ' && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd)
        || c >= 0x10000;
  }
}
