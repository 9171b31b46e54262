package io.flowpp.core.evaluate;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ImageShape;

/**
 * How often each value stands in a set of images: anywhere, at each place, in the first column, and
 * to the right of each value.
 */
record Histograms(Table order0, Table perPixel, Table firstColumn, Table afterLeft) {

  static Histograms count(ImageSource images) {
    ImageShape shape = images.shape();
    int values = 1 << images.bits();
    int dimensions = shape.dimensions();
    int row = shape.width() * shape.channels();
    int channels = shape.channels();
    Table order0 = new Table(1, values);
    Table perPixel = new Table(dimensions, values);
    Table firstColumn = new Table(1, values);
    Table afterLeft = new Table(values, values);
    byte[] image = new byte[dimensions];
    for (int i = 0; i < images.size(); i++) {
      images.read(i, image, 0);
      for (int d = 0; d < dimensions; d++) {
        int value = value(image[d], values, i, d);
        order0.add(0, value);
        perPixel.add(d, value);
        if (d % row < channels) {
          firstColumn.add(0, value);
        } else {
          afterLeft.add(image[d - channels] & 0xff, value);
        }
      }
    }
    return new Histograms(order0, perPixel, firstColumn, afterLeft);
  }

  private static int value(byte raw, int values, int image, int dimension) {
    int value = raw & 0xff;
    if (value >= values) {
      throw new IllegalArgumentException(
          "image "
              + image
              + " holds "
              + value
              + " at "
              + dimension
              + ", beyond 0.."
              + (values - 1)
              + " that its number of bits allows");
    }
    return value;
  }

  /** Counts of values in each of several contexts. */
  static final class Table {
    private final int values;
    private final int[] counts;

    private Table(int contexts, int values) {
      this.values = values;
      this.counts = new int[Math.multiplyExact(contexts, values)];
    }

    private void add(int context, int value) {
      counts[context * values + value]++;
    }

    /**
     * Code length in bits of everything counted here under the smoothed frequencies of {@code
     * model}.
     */
    double bitsUnder(Table model) {
      double nats = 0;
      for (int from = 0; from < counts.length; from += values) {
        double total = Floors.SMOOTHING * values;
        for (int v = from; v < from + values; v++) {
          total += model.counts[v];
        }
        double logTotal = Math.log(total);
        for (int v = from; v < from + values; v++) {
          if (counts[v] > 0) {
            nats += counts[v] * (logTotal - Math.log(model.counts[v] + Floors.SMOOTHING));
          }
        }
      }
      return nats / Math.log(2);
    }
  }
}
