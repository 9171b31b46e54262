package io.flowpp.platform.report;

import static java.awt.BasicStroke.CAP_BUTT;
import static java.awt.BasicStroke.CAP_ROUND;
import static java.awt.BasicStroke.JOIN_MITER;
import static java.awt.BasicStroke.JOIN_ROUND;

import java.awt.AlphaComposite;
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
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Draws as pixels on white, at twice the nominal size, for places that show PNG only. */
public final class PngSurface implements Surface {
  private static final Logger LOG = LoggerFactory.getLogger(PngSurface.class);
  private static final int SCALE = 2;

  private final BufferedImage image;
  private final Graphics2D pen;
  private final @Nullable Font font;
  private @Nullable Shape frame;

  PngSurface(int width, int height) {
    this(width, height, 0);
  }

  /**
   * @param edge pixels of empty ground around the drawing
   */
  public PngSurface(int width, int height, int edge) {
    image =
        new BufferedImage(
            (width + 2 * edge) * SCALE, (height + 2 * edge) * SCALE, BufferedImage.TYPE_INT_RGB);
    pen = image.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, image.getWidth(), image.getHeight());
    pen.scale(SCALE, SCALE);
    pen.translate(edge, edge);
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

  /** The picture as a file's bytes; nothing can be drawn afterwards. */
  public byte[] png() throws IOException {
    return Pictures.encode(image());
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
          "figures as PNG have no labels: this Java finds no font ({}); install fontconfig and any TrueType font. The figures in HTML pages are complete.",
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
    prepare(ink);
    stroke(x, y);
  }

  @Override
  public void dashes(Ink ink, double[] x, double[] y) {
    prepare(ink);
    pen.setStroke(new BasicStroke(2, CAP_BUTT, JOIN_MITER, 10, new float[] {6, 4}, 0));
    stroke(x, y);
  }

  private void stroke(double[] x, double[] y) {
    if (x.length > 0) {
      inFrame(() -> pen.draw(path(x, y)));
    }
  }

  @Override
  public void band(Ink ink, double[] x, double[] low, double[] high) {
    if (x.length == 0) {
      return;
    }
    prepare(ink);
    Path2D path = path(x, low);
    for (int i = x.length - 1; i >= 0; i--) {
      path.lineTo(x[i], high[i]);
    }
    path.closePath();
    pen.setComposite(AlphaComposite.SrcOver.derive(.15f));
    inFrame(() -> pen.fill(path));
    pen.setComposite(AlphaComposite.SrcOver);
  }

  @Override
  public void dot(Ink ink, double x, double y) {
    prepare(ink);
    inFrame(() -> pen.fill(circle(x, y, 3)));
  }

  @Override
  public void ring(Ink ink, double x, double y) {
    pen.setColor(Color.WHITE);
    inFrame(() -> pen.fill(circle(x, y, 3)));
    prepare(ink);
    inFrame(() -> pen.draw(circle(x, y, 3)));
  }

  @Override
  public void specks(Ink ink, double[] x, double[] y) {
    prepare(ink);
    pen.setComposite(AlphaComposite.SrcOver.derive(.5f));
    for (int i = 0; i < x.length; i++) {
      Ellipse2D speck = circle(x[i], y[i], 1.6);
      inFrame(() -> pen.fill(speck));
    }
    pen.setComposite(AlphaComposite.SrcOver);
  }

  private static Path2D path(double[] x, double[] y) {
    Path2D path = new Path2D.Double();
    path.moveTo(x[0], y[0]);
    for (int i = 1; i < x.length; i++) {
      path.lineTo(x[i], y[i]);
    }
    return path;
  }

  private static Ellipse2D circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  private void inFrame(Runnable drawing) {
    pen.setClip(frame);
    drawing.run();
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
    pen.setColor(new Color(ink == Ink.FLOOR ? 0x8a4b00 : ink.isOfArm() ? 0x1b1f24 : 0x3d4650));
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
          case MARGIN -> new Color(0xeceff2);
          case BASELINE -> new Color(0x1b1f24);
          case ARM_1 -> new Color(0x0072b2);
          case ARM_2 -> new Color(0xd55e00);
          case ARM_3 -> new Color(0x009e73);
          case ARM_4 -> new Color(0xcc79a7);
          case ARM_5 -> new Color(0xe69f00);
          case ARM_6 -> new Color(0x56b4e9);
        });
    pen.setStroke(
        switch (ink) {
          case TRAIN, VALIDATION, BASELINE, ARM_1, ARM_2, ARM_3, ARM_4, ARM_5, ARM_6 ->
              new BasicStroke(2, CAP_ROUND, JOIN_ROUND);
          case FLOOR -> new BasicStroke(1.2f, CAP_BUTT, JOIN_MITER, 10, new float[] {5, 4}, 0);
          case GRID, AXIS, LABEL, RAW, BAR, MARK, MARGIN -> new BasicStroke(1);
        });
  }
}
