package io.flowpp.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ImageShape;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FloorsTest {
  private static final double TIGHT = 1e-12;

  @Test
  void oneBitImagesCodeToTheBitsWorkedOutByHand() {
    // Training: 0 1 1 and 0 0 1, so three 0 and three 1; after 0 come {1, 0, 1}, after 1 comes {1}.
    ImageSource train = images(new ImageShape(1, 3, 1), 1, 0, 1, 1, 0, 0, 1);
    ImageSource test = images(new ImageShape(1, 3, 1), 1, 1, 1, 0);

    Floors floors = Floors.measure(train, test);

    double a = Floors.SMOOTHING;
    assertThat(floors.order0()).isEqualTo(1, within(TIGHT));
    // The first place saw 0 twice, the second one of each, the third 1 twice.
    assertThat(floors.perPixel()).isEqualTo((2 * log2((2 + 2 * a) / a) + 1) / 3, within(TIGHT));
    // The first column by order-0, then P(1|1) = (1+a)/(1+2a) and P(0|1) = a/(1+2a).
    assertThat(floors.leftNeighbour())
        .isEqualTo((1 + log2((1 + 2 * a) / (1 + a)) + log2((1 + 2 * a) / a)) / 3, within(TIGHT));
  }

  @Test
  void theLeftNeighbourIsOfTheSameChannel() {
    // Each channel repeats itself, so 1 follows 1; the byte before a 1 in memory is the other
    // channel's 0.
    ImageShape shape = new ImageShape(1, 2, 2);
    Floors floors = Floors.measure(images(shape, 1, 0, 1, 0, 1), images(shape, 1, 1, 1, 1, 1));

    assertThat(floors.leftNeighbour())
        .isEqualTo(
            (2 + 2 * log2((1 + 2 * Floors.SMOOTHING) / (1 + Floors.SMOOTHING))) / 4, within(TIGHT));
  }

  @Test
  void theLastPixelOfARowDoesNotPredictTheFirstOfTheNext() {
    // In images one pixel wide every pixel is of the first column, whatever stands above it.
    ImageSource column = images(new ImageShape(4, 1, 1), 2, 0, 0, 1, 3, 2, 1, 0, 0);
    Floors floors = Floors.measure(column, column);

    assertThat(floors.leftNeighbour()).isEqualTo(floors.order0(), within(TIGHT));
  }

  @Test
  void anUnseenValueCostsFinitelyManyBits() {
    ImageShape shape = new ImageShape(2, 2, 1);
    Floors floors =
        Floors.measure(images(shape, 8, 7, 7, 7, 7), images(shape, 8, 255, 255, 255, 255));

    double unseen = log2((4 + 256 * Floors.SMOOTHING) / Floors.SMOOTHING);
    assertThat(floors.order0()).isEqualTo(unseen, within(1e-9));
    assertThat(floors.perPixel())
        .isEqualTo(log2((1 + 256 * Floors.SMOOTHING) / Floors.SMOOTHING), within(1e-9));
  }

  @Property(tries = 60)
  void noCoderBeatsTheEmpiricalEntropyOfWhatItCodes(
      @ForAll @IntRange(min = 1, max = 8) int bits,
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll long seed) {
    ImageShape shape = new ImageShape(3, width, channels);
    ImageSource train = noise(shape, bits, 7, seed);
    ImageSource test = noise(shape, bits, count, seed + 1);

    Floors floors = Floors.measure(train, test);

    assertThat(floors.order0()).isGreaterThanOrEqualTo(entropy(test, false) - TIGHT);
    assertThat(floors.perPixel()).isGreaterThanOrEqualTo(entropy(test, true) - TIGHT);
    assertThat(floors.leftNeighbour()).isFinite().isNotNegative();
  }

  @Property(tries = 20)
  void imagesWithoutStructureCostAllTheirBitsAtLeast(
      @ForAll @IntRange(min = 1, max = 8) int bits, @ForAll long seed) {
    ImageShape shape = new ImageShape(8, 8, 1);
    Floors floors = Floors.measure(noise(shape, bits, 20, seed), noise(shape, bits, 400, ~seed));

    double slack = 0.02; // what 25,600 random values can fall short of their expectation
    assertThat(floors.order0()).isGreaterThan(bits - slack);
    assertThat(floors.perPixel()).isGreaterThan(bits - slack);
    assertThat(floors.leftNeighbour()).isGreaterThan(bits - slack);
  }

  @Test
  void imagesOfAnotherKindAreRefusedWithBothKindsNamed() {
    ImageSource grey = images(new ImageShape(1, 2, 1), 8, 1, 2);
    ImageSource colour = images(new ImageShape(1, 2, 3), 8, 1, 2, 3, 4, 5, 6);

    assertThatThrownBy(() -> Floors.measure(grey, colour))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1x2x1")
        .hasMessageContaining("1x2x3");
    assertThatThrownBy(() -> Floors.measure(grey, images(new ImageShape(1, 2, 1), 8)))
        .hasMessageContaining("at least one test image");
    assertThatThrownBy(() -> Floors.measure(images(new ImageShape(1, 2, 1), 3, 1, 8), grey))
        .hasMessageContaining("3 bits");
  }

  @Test
  void aValueBeyondItsBitsIsToldWithItsPlace() {
    ImageShape shape = new ImageShape(1, 2, 1);

    assertThatThrownBy(() -> Floors.measure(images(shape, 3, 1, 8), images(shape, 3, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image 0 holds 8 at 1, beyond 0..7 that its number of bits allows");
  }

  @Test
  void quotedFiguresStandForEightBitsOfKnownSetsOnly() {
    assertThat(QuotedResults.of("Fashion-MNIST", 8).codecs())
        .extracting(QuotedResults.Quote::bitsPerDim)
        .containsExactly(5.185, 4.555);
    assertThat(QuotedResults.of("CIFAR-10", 8)).isEqualTo(QuotedResults.of("cifar10", 8));
    assertThat(QuotedResults.of("fashion-mnist", 5).codecs()).isEmpty();
    assertThat(QuotedResults.of("my cats", 8).models()).isEmpty();
  }

  private static double entropy(ImageSource images, boolean perPlace) {
    int dimensions = images.shape().dimensions();
    int contexts = perPlace ? dimensions : 1;
    double[][] counts = new double[contexts][1 << images.bits()];
    byte[] image = new byte[dimensions];
    for (int i = 0; i < images.size(); i++) {
      images.read(i, image, 0);
      for (int d = 0; d < dimensions; d++) {
        counts[perPlace ? d : 0][image[d] & 0xff]++;
      }
    }
    double bits = 0;
    double of = (double) images.size() * dimensions / contexts;
    for (double[] histogram : counts) {
      for (double n : histogram) {
        bits += n == 0 ? 0 : n * log2(of / n);
      }
    }
    return bits / ((double) images.size() * dimensions);
  }

  private static ImageSource noise(ImageShape shape, int bits, int count, long seed) {
    Random random = new Random(seed);
    return images(
        shape, bits, random.ints((long) count * shape.dimensions(), 0, 1 << bits).toArray());
  }

  private static ImageSource images(ImageShape shape, int bits, int... values) {
    return new ImageSource() {
      @Override
      public ImageShape shape() {
        return shape;
      }

      @Override
      public int bits() {
        return bits;
      }

      @Override
      public int size() {
        return values.length / shape.dimensions();
      }

      @Override
      public void read(int index, byte[] target, int offset) {
        for (int d = 0; d < shape.dimensions(); d++) {
          target[offset + d] = (byte) values[index * shape.dimensions() + d];
        }
      }

      @Override
      public int label(int index) {
        return 0;
      }
    };
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
