package io.flowpp.platform.compare.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.core.random.CounterRandom;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImagePairsTest {
  private static double[] gaussian(long seed, int images) {
    float[] values = new float[images];
    CounterRandom.gaussian(seed, values);
    return IntStream.range(0, images).mapToDouble(i -> values[i]).toArray();
  }

  private static ImagePairs of(double[] first, double... second) {
    return ImagePairs.of(first, second, .05, 7);
  }

  @Test
  void equalSeedsGiveEqualIntervalsAndOthersOthers() {
    double[] first = gaussian(1, 300);
    double[] second = gaussian(2, 300);
    ImagePairs pairs = ImagePairs.of(first, second, .05, 7);
    assertThat(ImagePairs.of(first, second, .05, 7)).isEqualTo(pairs);
    assertThat(ImagePairs.of(first, second, .05, 8).interval()).isNotEqualTo(pairs.interval());
  }

  @Test
  void exchangingTheModelsTurnsTheAnswerRound() {
    double[] first = gaussian(1, 300);
    double[] second = Arrays.stream(gaussian(2, 300)).map(Math::exp).toArray();
    ImagePairs there = of(first, second);
    ImagePairs back = of(second, first);
    assertThat(back.delta()).isCloseTo(-there.delta(), within(1e-12));
    assertThat(back.interval().low()).isCloseTo(-there.interval().high(), within(1e-9));
    assertThat(back.interval().high()).isCloseTo(-there.interval().low(), within(1e-9));
    assertThat(back.wilcoxonP()).isCloseTo(there.wilcoxonP(), within(1e-9));
  }

  /** Of many bell-shaped differences the bootstrap's interval is Student's, to its own noise. */
  @Test
  void manyImagesHaveTheIntervalOfTheirMean() {
    ImagePairs pairs = of(gaussian(3, 4000), new double[4000]);
    double error = 1 / Math.sqrt(4000);
    assertThat(pairs.interval().low()).isCloseTo(pairs.delta() - 1.96 * error, within(.15 * error));
    assertThat(pairs.interval().high())
        .isCloseTo(pairs.delta() + 1.96 * error, within(.15 * error));
    assertThat(pairs.images()).isEqualTo(4000);
  }

  /** What BCa is for: the mean of 60 skewed values, whose truth is e^(1/2). */
  @Test
  void skewedDifferencesAreCoveredToo() {
    int covered = 0;
    for (int repeat = 0; repeat < 500; repeat++) {
      double[] skewed = Arrays.stream(gaussian(100 + repeat, 60)).map(Math::exp).toArray();
      Interval interval = ImagePairs.of(skewed, new double[60], .05, repeat).interval();
      covered += interval.contains(Math.exp(.5)) ? 1 : 0;
    }
    assertThat(covered / 500.0).isBetween(.89, .97);
  }

  @Test
  void modelsThatAgreeOnEveryImageDoNotDiffer() {
    double[] scores = gaussian(4, 50);
    assertThat(of(scores, scores)).isEqualTo(new ImagePairs(0, new Interval(0, 0), 1, 50));
  }

  @Test
  void aConstantDifferenceIsKnownExactly() {
    double[] first = new double[9];
    Arrays.fill(first, .75);
    ImagePairs pairs = of(first, new double[9]);
    assertThat(pairs.interval()).isEqualTo(new Interval(.75, .75));
    assertThat(pairs.wilcoxonP()).isLessThan(.05);
  }

  @Test
  void imagesThatDoNotDifferCountAgainstADifference() {
    double[] first = new double[1000];
    first[17] = 1;
    ImagePairs pairs = of(first, new double[1000]);
    assertThat(pairs.delta()).isEqualTo(.001);
    assertThat(pairs.wilcoxonP()).isGreaterThan(.05);
    assertThat(pairs.interval().low()).isBetween(-1e-15, .001);
  }

  @Test
  void oneImageTellsNothingOfOthers() {
    ImagePairs pairs = of(new double[] {1}, 2);
    assertThat(pairs.delta()).isEqualTo(-1);
    assertThat(pairs.interval())
        .isEqualTo(new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    assertThat(pairs.wilcoxonP()).isOne();
  }

  @Test
  void aWholeTestSetIsReadInSeconds() {
    ImagePairs pairs = of(gaussian(5, 60_000), gaussian(6, 60_000));
    assertThat(pairs.interval().contains(pairs.delta())).isTrue();
    assertThat(pairs.wilcoxonP()).isBetween(0.0, 1.0);
  }

  @Test
  void scoresThatDoNotBelongTogetherAreRefused() {
    assertThatThrownBy(() -> of(new double[2], 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 of the first model and 3 of the second");
    assertThatThrownBy(() -> of(new double[0])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> of(new double[] {1, Double.NaN}, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN")
        .hasMessageContaining("image 1");
    assertThatThrownBy(() -> ImagePairs.of(new double[2], new double[2], .95e-3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("level");
  }
}
