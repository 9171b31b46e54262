package io.flowpp.platform.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.evaluate.ImageScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void theSummaryTellsTheScoreAmongSimpleCodersTheTimesAndWhereToLook() {
    ReportFixture fixture = new ReportFixture();
    fixture.bpd = 3.284;
    fixture.scores =
        List.of(new ImageScore(0, 0, "00", 3.2, 3.2, 1), new ImageScore(1, 0, "00", 3.368, 3.2, 1));

    assertThat(Summary.render(fixture.build(), "runs/quickstart/report.html"))
        .isEqualTo(
            """
            quickstart: 3.284 bits/dim on 2,000 test images, 8 importance samples each

              >  this model           3.284  +-0.165 (95 % over images)
                 left neighbour       3.937  measured
                 lossless WebP        4.555  quoted
                 histogram per pixel  4.602  measured
                 one histogram        4.921  measured
                 PNG                  5.185  quoted
                 no coding            8.000

              prepare-data          cached        2.4 s
              pretrain-dequantizer  ran            42 s
              train-flow            resumed  4 min 11 s
              evaluate              ran      1 min 13 s
              total                           6 min 8 s

              run     4f9c2ab17e03
              MLflow  http://127.0.0.1:5000/#/experiments/1/runs/8d0f1c2b3a4e
              report  runs/quickstart/report.html
            """);
  }

  @Test
  void aScoreThatIsNoNumberStaysAligned() {
    ReportFixture fixture = new ReportFixture();
    fixture.bpd = Double.NaN;

    assertThat(Summary.render(fixture.build()))
        .contains("this model           not a number")
        .contains("left neighbour              3.937")
        .doesNotContain("report ");
  }

  @Test
  void timesAreReadInTheirOwnUnits() {
    assertThat(
            List.of(
                Show.duration(0.04),
                Show.duration(9.96),
                Show.duration(59.7),
                Show.duration(3599),
                Show.duration(7325)))
        .containsExactly("0.0 s", "10 s", "1 min 0 s", "59 min 59 s", "2 h 2 min");
  }
}
