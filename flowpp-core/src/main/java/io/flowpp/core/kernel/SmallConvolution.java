package io.flowpp.core.kernel;

import static io.flowpp.core.kernel.Tiles.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of one image with few channels, stride 1, zero padding, and their gradients, on
 * plain arrays: [H,W,I] to [H,W,O] by a weight [O,S,S,I], S = 1 or 3. Inputs and outputs may each
 * be parts, arrays of their own with the same share of the channels, as concat_elu and gates want
 * them. One object holds the scratch of one thread, a {@link Filter} the weights of one layer.
 */
final class SmallConvolution {
  /** Up to so many channels a weight's gradient can be computed. */
  static final int MAX_IN = Products.ROW;

  private final int pixels;
  private final int side;
  private final int in;
  private final int out;
  private final int outPart;
  private final int inPart;
  private final int rowOfPixels; // with its padding
  private final int corner; // the padded image's pixel that is the image's first
  private final int[] places; // the padded image's pixel that the first tap of a pixel reads
  private final int[]
      inputs; // where in the padded input what the first tap of a pixel reads begins
  private final int[] outputs; // the same of the output's gradient
  private final float[] paddedIn;
  private final float[] paddedOut;
  private final float[] spread; // the padded input with a pixel every Products.ROW floats
  private final Panels outGradient; // the padded output's gradient from its first pixel on
  private final int tapRows;
  private final float[] biasOfImage;
  private final int[] spreads; // where in spread a pixel begins
  private final float[] zeros;

  /**
   * @param side of the kernel, 1 or 3
   * @param inParts arrays that the input comes in and its gradient goes to
   * @param outParts arrays that the output goes to
   */
  SmallConvolution(int height, int width, int side, int in, int out, int inParts, int outParts) {
    this.side = side;
    this.in = in;
    this.out = out;
    inPart = in / inParts;
    outPart = out / outParts;
    pixels = height * width;
    int pad = side / 2;
    rowOfPixels = width + 2 * pad;
    corner = pad * rowOfPixels + pad;
    int padded = (height + 2 * pad) * rowOfPixels;
    places = new int[pixels];
    inputs = new int[pixels];
    outputs = new int[pixels];
    for (int p = 0; p < pixels; p++) {
      places[p] = p / width * rowOfPixels + p % width;
      inputs[p] = places[p] * in;
      outputs[p] = places[p] * out;
    }
    paddedIn = new float[padded * in];
    paddedOut = new float[padded * out];
    spread = new float[(padded + 1) * Products.ROW];
    outGradient = new Panels(height * rowOfPixels, out);
    tapRows = (in + Panels.SLACK - 1) / Panels.SLACK * Panels.SLACK;
    biasOfImage = new float[out];
    spreads = new int[pixels];
    for (int p = 0; p < pixels; p++) {
      spreads[p] = (places[p] + corner) * Products.ROW;
    }
    zeros = new float[Panels.padded(inPart)];
  }

  /** The weights of one layer, as the products read them, and their gradients. */
  final class Filter {
    private final Panels[] forward = panels(out / outPart, side * side * in, outPart);
    private final Panels[] backward = panels(in / inPart, side * side * out, inPart);
    private final Panels weightGradient = new Panels(side * side * tapRows, out);
    private final float[][] bias = new float[out / outPart][Panels.padded(outPart)];
    private final float[] biasGradient = new float[out];

    /** Sets what {@link #forward} multiplies with, w [O,S,S,I] times {@code factor}, and b [O]. */
    void set(float[] w, float factor, float[] b) {
      scale(w, factor);
      int rows = side * side * in;
      for (int o = 0; o < out; o++) {
        forward[o / outPart].setColumn(o % outPart, 0, rows, w, o * rows);
      }
      for (int part = 0; part < bias.length; part++) {
        System.arraycopy(b, part * outPart, bias[part], 0, outPart);
      }
    }

    /** Adds to the bias that of a map whose result is added to this one's. */
    void addBias(float[] b) {
      for (int o = 0; o < out; o++) {
        bias[o / outPart][o % outPart] += b[o];
      }
    }

    /** Sets what {@link #back} multiplies with, and forgets the gradients. */
    void setBack(float[] w, float factor) {
      scale(w, factor);
      for (int tap = 0; tap < side * side; tap++) {
        int turned = side * side - 1 - tap;
        for (int o = 0; o < out; o++) {
          for (int part = 0; part < backward.length; part++) {
            int at = (o * side * side + turned) * in + part * inPart;
            backward[part].setRow(tap * out + o, 0, inPart, w, at);
          }
        }
      }
      weightGradient.clear();
      Arrays.fill(biasGradient, 0f);
    }

    /** Adds the weight's gradient times {@code factor} to g [O,S,S,I]. */
    void addWeightGradient(float factor, float[] g) {
      for (int o = 0; o < out; o++) {
        for (int tap = 0; tap < side * side; tap++) {
          int at = (o * side * side + tap) * in;
          weightGradient.addColumnTo(o, tap * tapRows, in, factor, g, at);
        }
      }
    }

    /** The gradient by the bias, [O]. */
    float[] biasGradient() {
      return biasGradient;
    }
  }

  private static Panels[] panels(int parts, int rows, int columns) {
    Panels[] panels = new Panels[parts];
    for (int i = 0; i < parts; i++) {
      panels[i] = new Panels(rows, columns);
    }
    return panels;
  }

  private static void scale(float[] w, float factor) {
    if (factor != 1f) {
      for (int i = 0; i < w.length; i++) {
        w[i] *= factor;
      }
    }
  }

  Filter filter() {
    return new Filter();
  }

  /** Floats from one pixel of a part of the output to the next. */
  int outStride() {
    return Panels.padded(outPart);
  }

  /** Floats from one pixel of a part of the input's gradient to the next. */
  int inStride() {
    return Panels.padded(inPart);
  }

  /** Takes a part of the input [H·W,I/parts] for {@link #forward}. */
  void read(int part, float[] x) {
    copyRows(x, inPart, paddedIn, inputs, corner * in + part * inPart);
  }

  /** Takes concat_elu of x [H·W,I/2] for {@link #forward}, less what is dropped. */
  void readActivated(float[] x, byte @Nullable [] mask) {
    Pointwise.concatElu(x, inPart, paddedIn, inputs, corner * in);
    if (mask != null) {
      Pointwise.mask(paddedIn, inputs, corner * in, in, mask);
    }
  }

  /** The result, part by part, [H·W,{@link #outStride}]. */
  void forward(Filter filter, float[]... y) {
    for (int part = 0; part < y.length; part++) {
      forward(filter, part, filter.bias[part], 0, y[part]);
    }
  }

  /** Adds the result without its bias to that of another map, where there is one part of it. */
  void addTo(Filter filter, float[] y) {
    forward(filter, 0, y, outStride(), y);
  }

  private void forward(Filter filter, int part, float[] start, int startStride, float[] y) {
    int n = side * in;
    int stride = outStride();
    for (int row = 0; row < side; row++) {
      int offset = row * rowOfPixels * in;
      Products.product(
          paddedIn,
          inputs,
          offset,
          n,
          filter.forward[part],
          row * n,
          row == 0 ? start : y,
          row == 0 ? startStride : stride,
          y,
          stride);
    }
  }

  /** Takes a part of the input for {@link #back}. */
  void readBack(int part, float[] x) {
    copyRows(x, inPart, spread, spreads, part * inPart);
  }

  /** Takes concat_elu of x for {@link #back}, as {@link #readActivated}. */
  void readBackActivated(float[] x, byte @Nullable [] mask) {
    Pointwise.concatElu(x, inPart, spread, spreads, 0);
    if (mask != null) {
      Pointwise.mask(spread, spreads, 0, in, mask);
    }
  }

  /**
   * Takes a part of the output's gradient for {@link #back}, pixels {@code stride} floats apart.
   */
  void readGradient(int part, float[] d, int stride) {
    int column = part * outPart;
    if (outPart % 8 == 0) {
      for (int k = 0; k < outPart; k += 8) {
        int panel = outGradient.panelOf(column + k);
        readGradient(
            d,
            k,
            stride,
            corner * out + column + k,
            outGradient.values(),
            outGradient.row(panel, 0) + column + k - outGradient.column(panel),
            outGradient.stride(panel),
            column + k);
      }
      return;
    }
    for (int p = 0; p < pixels; p++) {
      System.arraycopy(d, p * stride, paddedOut, outputs[p] + corner * out + column, outPart);
    }
    outGradient.setRows(places, column, outPart, d, stride);
    for (int k = 0; k < outPart; k++) {
      float sum = 0;
      for (int p = 0; p < pixels; p++) {
        sum += d[p * stride + k];
      }
      biasOfImage[column + k] = sum;
    }
  }

  /** The same of eight channels, which {@code panel} has from {@code start} on. */
  private void readGradient(
      float[] d, int at, int stride, int offset, float[] panel, int start, int step, int channel) {
    FloatVector sum = FloatVector.zero(LANES);
    for (int p = 0; p < pixels; p++) {
      FloatVector v = FloatVector.fromArray(LANES, d, p * stride + at);
      v.intoArray(paddedOut, outputs[p] + offset);
      v.intoArray(panel, places[p] * step + start);
      sum = sum.add(v);
    }
    sum.intoArray(biasOfImage, channel);
  }

  /** Adds to the gradients of weight and bias; dx, part by part, [H·W,{@link #inStride}]. */
  void back(Filter filter, float[]... dx) {
    Pointwise.add(biasOfImage, filter.biasGradient, out);
    int reach = places[pixels - 1] + 1; // behind the last pixel a tap would read what is not there
    for (int tap = 0; tap < side * side; tap++) {
      int from = tap / side * rowOfPixels + tap % side;
      Products.outer(spread, from, in, outGradient, reach, filter.weightGradient, tap * tapRows);
    }
    int n = side * out;
    int stride = inStride();
    for (int part = 0; part < dx.length; part++) {
      for (int row = 0; row < side; row++) {
        int offset = row * rowOfPixels * out;
        Products.product(
            paddedOut,
            outputs,
            offset,
            n,
            filter.backward[part],
            row * n,
            row == 0 ? zeros : dx[part],
            row == 0 ? 0 : stride,
            dx[part],
            stride);
      }
    }
  }

  /** Rows of {@code width} floats to where each begins. */
  private static void copyRows(float[] from, int width, float[] to, int[] at, int offset) {
    if (width % 8 == 0) {
      for (int k = 0; k < width; k += 8) {
        copyLanes(from, k, width, to, at, offset + k);
      }
    } else {
      for (int r = 0; r < at.length; r++) {
        System.arraycopy(from, r * width, to, at[r] + offset, width);
      }
    }
  }

  private static void copyLanes(float[] from, int k, int width, float[] to, int[] at, int offset) {
    for (int r = 0; r < at.length; r++) {
      FloatVector.fromArray(LANES, from, r * width + k).intoArray(to, at[r] + offset);
    }
  }
}
