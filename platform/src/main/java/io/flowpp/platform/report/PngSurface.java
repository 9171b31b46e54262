package io.flowpp.platform.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Draws as pixels on white, at twice the nominal size, for places that show PNG only. */
final class PngSurface implements Surface {
  private static final Logger LOG = LoggerFactory.getLogger(PngSurface.class);
  private static final int SCALE = 2;

  private final BufferedImage image;
  private final Graphics2D pen;
  private final @Nullable Font font;
  private @Nullable Shape frame;

  PngSurface(int width, int height) {
    image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    pen = image.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, image.getWidth(), image.getHeight());
    pen.scale(SCALE, SCALE);
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    font = usableFont(pen);
  }

  BufferedImage image() {
    pen.dispose();
    return image;
  }

  /**
   * A minimal machine has a Java without any font; a chart must not fail a finished run for that.
   */
  private static @Nullable Font usableFont(Graphics2D pen) {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
      return pen.getFontMetrics(font).stringWidth("bits/dim") > 0 ? font : null;
    } catch (LinkageError | InternalError | RuntimeException e) {
      LOG.warn(
          "curves.png has no labels: this Java finds no font ({}); install fontconfig and any TrueType font. The curves in report.html are complete.",
          e.toString());
      return null;
    }
  }

  @Override
  public void line(Ink ink, double x1, double y1, double x2, double y2) {
    prepare(ink);
    pen.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  @Override
  public void polyline(Ink ink, double[] x, double[] y) {
    if (x.length == 0) {
      return;
    }
    prepare(ink);
    Path2D path = new Path2D.Double();
    path.moveTo(x[0], y[0]);
    for (int i = 1; i < x.length; i++) {
      path.lineTo(x[i], y[i]);
    }
    pen.setClip(frame);
    pen.draw(path);
    pen.setClip(null);
  }

  @Override
  public void dot(Ink ink, double x, double y) {
    prepare(ink);
    pen.setClip(frame);
    pen.fill(new Ellipse2D.Double(x - 3, y - 3, 6, 6));
    pen.setClip(null);
  }

  @Override
  public void bar(Ink ink, double x, double y, double width, double height) {
    prepare(ink);
    pen.fill(new Rectangle2D.Double(x, y, width, height));
  }

  @Override
  public void text(Ink ink, double x, double baseline, Anchor anchor, String text) {
    if (font == null) {
      return;
    }
    pen.setFont(font);
    pen.setColor(ink == Ink.FLOOR ? new Color(0x8a4b00) : new Color(0x3d4650));
    double width = pen.getFontMetrics().stringWidth(text);
    double start =
        switch (anchor) {
          case START -> x;
          case MIDDLE -> x - width / 2;
          case END -> x - width;
        };
    pen.drawString(text, (float) start, (float) baseline);
  }

  @Override
  public void clip(double x, double y, double width, double height) {
    frame = new Rectangle2D.Double(x, y, width, height);
  }

  private void prepare(Ink ink) {
    pen.setColor(
        switch (ink) {
          case GRID -> new Color(0xe7eaee);
          case AXIS -> new Color(0x8c959f);
          case LABEL -> new Color(0x3d4650);
          case RAW -> new Color(0xc3d9f0);
          case TRAIN, BAR -> new Color(0x0a5fb4);
          case VALIDATION, MARK -> new Color(0xb3261e);
          case FLOOR -> new Color(0xc98a3a);
        });
    pen.setStroke(
        switch (ink) {
          case TRAIN, VALIDATION ->
              new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
          case FLOOR ->
              new BasicStroke(
                  1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);
          case GRID, AXIS, LABEL, RAW, BAR, MARK -> new BasicStroke(1);
        });
  }
}
