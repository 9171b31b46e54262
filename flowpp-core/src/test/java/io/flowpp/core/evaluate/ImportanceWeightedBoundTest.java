package io.flowpp.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The bound, its blocks and its weights, of log-ratios near and far apart. */
class ImportanceWeightedBoundTest {
  /** 2^m log-ratios: alike, spread like a trained model's, or worlds apart. */
  @Provide
  Arbitrary<double[]> powersOfTwo() {
    return Arbitraries.integers()
        .between(0, 7)
        .flatMap(
            m ->
                Arbitraries.of(1e-9, 1., 30., 5000.)
                    .flatMap(
                        spread ->
                            Arbitraries.doubles()
                                .between(-spread, spread)
                                .ofScale(12)
                                .array(double[].class)
                                .ofSize(1 << m)))
        .map(ratios -> Arrays.stream(ratios).map(r -> r - 3000).toArray());
  }

  /** Jensen's inequality, which rounding does not break: no tolerance. */
  @Property
  void theBoundOfLargerBlocksNeverFalls(@ForAll("powersOfTwo") double[] ratios) {
    double[] blocks = ImportanceWeightedBound.of(ratios).ofBlocks();
    assertThat(1 << (blocks.length - 1)).isEqualTo(ratios.length);
    for (int j = 1; j < blocks.length; j++) {
      assertThat(blocks[j]).isGreaterThanOrEqualTo(blocks[j - 1]);
    }
  }

  @Property
  void theFirstBlocksAreSingleDrawsAndTheLastIsAll(@ForAll("powersOfTwo") double[] ratios) {
    ImportanceWeightedBound bound = ImportanceWeightedBound.of(ratios);
    double[] blocks = bound.ofBlocks();
    assertThat(blocks[0]).isCloseTo(bound.meanOfOne(), within(1e-9));
    assertThat(blocks[blocks.length - 1]).isCloseTo(bound.nats(), within(1e-9));
  }

  /** Each entry by its definition. */
  @Property
  void blocksAreOfNeighbours(
      @ForAll("powersOfTwo") double[] ratios, @ForAll @IntRange(max = 7) int level) {
    int k = 1 << level;
    if (k > ratios.length) {
      return;
    }
    double mean = 0;
    for (int from = 0; from < ratios.length; from += k) {
      double[] block = Arrays.copyOfRange(ratios, from, from + k);
      mean += ImportanceWeightedBound.of(block).nats() * k / ratios.length;
    }
    assertThat(ImportanceWeightedBound.of(ratios).ofBlocks()[level]).isCloseTo(mean, within(1e-9));
  }

  @Property
  void aShiftOfAllRatiosShiftsTheBoundAndKeepsTheWeights(
      @ForAll("powersOfTwo") double[] ratios,
      @ForAll @DoubleRange(min = -4e4, max = 4e4) double by) {
    ImportanceWeightedBound before = ImportanceWeightedBound.of(ratios);
    ImportanceWeightedBound after =
        ImportanceWeightedBound.of(Arrays.stream(ratios).map(r -> r + by).toArray());
    assertThat(after.nats()).isCloseTo(before.nats() + by, within(1e-9));
    assertThat(after.meanOfOne()).isCloseTo(before.meanOfOne() + by, within(1e-9));
    assertThat(after.effectiveSamples())
        .isCloseTo(before.effectiveSamples(), within(1e-8 * ratios.length));
  }

  @Property
  void theBoundLiesBetweenTheMeanAndTheLargestAndTheWeightsCountForOneToAll(
      @ForAll("powersOfTwo") double[] ratios) {
    ImportanceWeightedBound bound = ImportanceWeightedBound.of(ratios);
    double max = Arrays.stream(ratios).max().orElseThrow();
    assertThat(bound.nats()).isBetween(bound.meanOfOne() - 1e-9, max + 1e-9);
    assertThat(bound.effectiveSamples()).isBetween(1 - 1e-9, ratios.length * (1 + 1e-9));
  }

  @Test
  void oneDrawIsItsOwnBound() {
    ImportanceWeightedBound bound = ImportanceWeightedBound.of(-1234.5);
    assertThat(bound.samples()).isEqualTo(1);
    assertThat(bound.nats()).isEqualTo(-1234.5);
    assertThat(bound.meanOfOne()).isEqualTo(-1234.5);
    assertThat(bound.ofBlocks()).containsExactly(-1234.5);
    assertThat(bound.effectiveSamples()).isEqualTo(1);
    assertThat(bound.standardError()).isInfinite();
  }

  @Test
  void equalWeightsAllCountAndLeaveNoError() {
    double[] ratios = new double[12];
    Arrays.fill(ratios, -987.25);
    ImportanceWeightedBound bound = ImportanceWeightedBound.of(ratios);
    assertThat(bound.effectiveSamples()).isEqualTo(12);
    assertThat(bound.standardError()).isZero();
    // 12 divides into blocks of 1, 2 and 4
    assertThat(bound.ofBlocks()).containsExactly(-987.25, -987.25, -987.25);
  }

  @Test
  void weightsOfOneAndThreeByHand() {
    ImportanceWeightedBound bound = ImportanceWeightedBound.of(0, Math.log(3));
    assertThat(bound.nats()).isCloseTo(Math.log(2), within(1e-15));
    assertThat(bound.effectiveSamples()).isCloseTo(1.6, within(1e-14));
    // mean 2, deviation sqrt(2) (of two draws), relative error sqrt(2)/2/sqrt(2)
    assertThat(bound.standardError()).isCloseTo(.5, within(1e-14));
  }

  @Test
  void aDrawWithoutWeightCountsAsOneOfTheDraws() {
    double none = Double.NEGATIVE_INFINITY;
    ImportanceWeightedBound bound = ImportanceWeightedBound.of(none, 0, 0, 0);
    assertThat(bound.nats()).isCloseTo(Math.log(.75), within(1e-15));
    assertThat(bound.effectiveSamples()).isEqualTo(3);
    assertThat(bound.ofBlocks()[2]).isCloseTo(Math.log(.75), within(1e-15));
    assertThat(ImportanceWeightedBound.of(none, none).nats()).isEqualTo(none);
    assertThat(ImportanceWeightedBound.of(none, none).ofBlocks()).containsExactly(none, none);
  }

  @Test
  void whatIsNoRatioIsToldWithItsPlace() {
    assertThatThrownBy(() -> ImportanceWeightedBound.of(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("draw 1 of 2 has the log-ratio NaN");
    assertThatThrownBy(() -> ImportanceWeightedBound.of(Double.POSITIVE_INFINITY))
        .hasMessageContaining("draw 0 of 1");
    assertThatThrownBy(ImportanceWeightedBound::of).hasMessageContaining("at least one");
  }
}
