package io.flowpp.platform.report;

import java.util.Locale;

/** Draws as SVG inside the page, whose style sheet gives the colours in light and dark. */
final class SvgSurface implements Surface {
  private final StringBuilder body = new StringBuilder();
  private final String id;
  private final int width;
  private final int height;
  private final String description;

  /**
   * @param id unique in the page: clips are referred to by it
   */
  SvgSurface(String id, int width, int height, String description) {
    this.id = id;
    this.width = width;
    this.height = height;
    this.description = description;
  }

  String svg() {
    return String.format(
            Locale.ROOT,
            "<svg class=\"chart\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %d\">\n",
            description,
            width,
            height)
        + body
        + "</svg>";
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
    body.append("<path clip-path=\"url(#")
        .append(id)
        .append(")\" class=\"")
        .append(css(ink))
        .append("\" d=\"");
    for (int i = 0; i < x.length; i++) {
      body.append(i == 0 ? 'M' : 'L').append(point(x[i], y[i]));
    }
    body.append("\"/>\n");
  }

  @Override
  public void dot(Ink ink, double x, double y) {
    body.append("<circle clip-path=\"url(#")
        .append(id)
        .append(")\" class=\"dot ")
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
    body.append("<clipPath id=\"")
        .append(id)
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

  private static String css(Ink ink) {
    return "c-" + ink.name().toLowerCase(Locale.ROOT);
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

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
