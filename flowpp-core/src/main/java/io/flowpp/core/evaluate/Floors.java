package io.flowpp.core.evaluate;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ImageShape;

/**
 * What simple coders reach on a test set, in bits per dimension: a flow that does not beat all of
 * them has learned nothing worth having.
 *
 * <p>Each coder is an arithmetic coder with fixed frequencies: they are counted on the training
 * images, every count is raised by {@link #SMOOTHING} so that an unseen value costs finitely many
 * bits, and the test images are coded with -log2 of the resulting probabilities.
 *
 * @param order0 one histogram for all values
 * @param perPixel one histogram for each pixel and channel
 * @param leftNeighbour one histogram for each value of the same channel of the pixel to the left;
 *     the first column by {@code order0}
 */
public record Floors(double order0, double perPixel, double leftNeighbour) {
  /**
   * Added to every count. With the whole training set .1 gives the figures that are quoted for
   * MNIST and Fashion-MNIST to the third decimal; .01 to 1 differ from it by less than .002.
   */
  public static final double SMOOTHING = 0.1;

  /**
   * Learns the three coders on {@code train} and codes {@code test} with them: one pass over each.
   */
  public static Floors measure(ImageSource train, ImageSource test) {
    requireSameKind(train, test);
    requireImages(train, "training");
    requireImages(test, "test");
    Histograms counts = Histograms.count(train);
    Histograms asked = Histograms.count(test);
    double dimensions = (double) test.size() * test.shape().dimensions();
    return new Floors(
        asked.order0().bitsUnder(counts.order0()) / dimensions,
        asked.perPixel().bitsUnder(counts.perPixel()) / dimensions,
        (asked.firstColumn().bitsUnder(counts.order0())
                + asked.afterLeft().bitsUnder(counts.afterLeft()))
            / dimensions);
  }

  private static void requireSameKind(ImageSource train, ImageSource test) {
    ImageShape shape = train.shape();
    if (!shape.equals(test.shape()) || train.bits() != test.bits()) {
      throw new IllegalArgumentException(
          "floors are learned and measured on images of one kind: training images are "
              + shape
              + " of "
              + train.bits()
              + " bits, test images "
              + test.shape()
              + " of "
              + test.bits()
              + " bits");
    }
  }

  private static void requireImages(ImageSource images, String role) {
    if (images.size() == 0) {
      throw new IllegalArgumentException("floors need at least one " + role + " image");
    }
  }
}
