package io.flowpp.platform.regression;

import static io.flowpp.platform.regression.Reproduce.Verdict.CANNOT_TELL;
import static io.flowpp.platform.regression.Reproduce.Verdict.DIFFERENT;
import static io.flowpp.platform.regression.Reproduce.Verdict.EQUIVALENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a training on another platform may be called. */
class ReproduceTest {
  @Test
  void modelsThatScoreImagesAlikeAreEquivalentWhateverSeedsDo() {
    assertThat(verdict(.002, .003)).isEqualTo(EQUIVALENT);
    assertThat(verdict(.002, .003, 3., 4.)).isEqualTo(EQUIVALENT);
  }

  @Test
  void oneTrainingAloneIsNeverCalledDifferent() {
    assertThat(verdict(.5, .001)).isEqualTo(CANNOT_TELL);
    assertThat(verdict(.5, .001, 3.1)).isEqualTo(CANNOT_TELL);
  }

  @Test
  void seedsTellHowFarApartTwoTrainingsMayBe() {
    // s = .02, t = 4.303: 4.303 * .02 * sqrt(2) = .1217, and the margin of .01 above it
    assertThat(verdict(.131, .001, 3.10, 3.12, 3.08)).isEqualTo(CANNOT_TELL);
    assertThat(verdict(-.131, .001, 3.10, 3.12, 3.08)).isEqualTo(CANNOT_TELL);
    assertThat(verdict(.133, .001, 3.10, 3.12, 3.08)).isEqualTo(DIFFERENT);
    assertThat(verdict(-.133, .001, 3.10, 3.12, 3.08)).isEqualTo(DIFFERENT);
  }

  private static Reproduce.Verdict verdict(double delta, double half, Double... seeds) {
    Interval interval = new Interval(delta - half, delta + half);
    return Reproduce.elsewhere(new ImagePairs(delta, interval, .5, 100), List.of(seeds));
  }
}
