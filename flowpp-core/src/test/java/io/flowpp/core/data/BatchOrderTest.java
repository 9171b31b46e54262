package io.flowpp.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
  @Property(tries = 200)
  void everyImageComesExactlyOnceAnEpoch(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 70) int batch) {
    BatchOrder order = BatchOrder.of(seed, size, batch);
    int epochs = 3;
    int[] line =
        LongStream.range(0, ((long) size * epochs + batch - 1) / batch)
            .boxed()
            .flatMapToInt(n -> IntStream.of(order.batch(n)))
            .toArray();
    for (int epoch = 0; epoch < epochs; epoch++) {
      assertThat(Arrays.copyOfRange(line, epoch * size, (epoch + 1) * size))
          .containsExactlyInAnyOrder(IntStream.range(0, size).toArray());
    }
  }

  @Property(tries = 100)
  void aBatchDoesNotDependOnWhatWasAskedBefore(
      @ForAll long seed, @ForAll @IntRange(max = 10_000) int number) {
    BatchOrder walked = BatchOrder.of(seed, 50, 8);
    walked.batch(0);
    walked.batch(number + 3);
    assertThat(walked.batch(number)).isEqualTo(BatchOrder.of(seed, 50, 8).batch(number));
  }

  @Test
  void epochsAndSeedsDiffer() {
    assertThat(BatchOrder.permutation(1, 0, 100)).isNotEqualTo(BatchOrder.permutation(1, 1, 100));
    assertThat(BatchOrder.permutation(1, 0, 100)).isNotEqualTo(BatchOrder.permutation(2, 0, 100));
    assertThat(BatchOrder.permutation(1, 0, 100)).isNotEqualTo(IntStream.range(0, 100).toArray());
  }

  @Test
  void everyPermutationIsAsLikelyAsAnyOther() {
    int[] counts = new int[256];
    int epochs = 24_000;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] p = BatchOrder.permutation(5, epoch, 4);
      counts[p[0] << 6 | p[1] << 4 | p[2] << 2 | p[3]]++;
    }
    int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
    assertThat(Arrays.stream(seen).boxed())
        .hasSize(24)
        .allSatisfy(count -> assertThat(count).isBetween(1000 - 160, 1000 + 160));
  }

  @Test
  void readingFromManyThreadsGivesTheSame() {
    BatchOrder order = BatchOrder.of(11, 1000, 64);
    int[][] expected = IntStream.range(0, 500).mapToObj(order::batch).toArray(int[][]::new);
    int[][] parallel =
        IntStream.range(0, 500).parallel().mapToObj(order::batch).toArray(int[][]::new);
    assertThat(parallel).isDeepEqualTo(expected);
  }

  @Test
  void aBatchMayBeLargerThanTheSet() {
    assertThat(BatchOrder.of(1, 3, 9).batch(0)).hasSize(9).containsOnly(0, 1, 2);
  }

  @Test
  void emptySetsAndNegativeNumbersAreRefused() {
    assertThatThrownBy(() -> BatchOrder.of(1, 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0 and 4");
    assertThatThrownBy(() -> BatchOrder.of(1, 4, 4).batch(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not -1");
  }
}
