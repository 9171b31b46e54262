package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.sweep.Metric.Direction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeadersTest {
  private static final String NAME = "final/test_bpd";

  private final SweepResult result =
      new SweepResult(
          "s",
          List.of(
              trial("a", "x|y", 3.5),
              trial("b", "one, \"two\"", null),
              trial("c", "z", 3.25),
              trial("d", "w", 4.)),
          Map.of("done", 3, "failed", 1),
          "c",
          NAME,
          null,
          null);

  @Test
  void theBestComesFirstAndWhatHasNoFigureLast() {
    assertThat(rows(Leaders.table(sweep(Direction.MINIMIZE), result, 10)))
        .containsExactly(
            "| 1 | z | 1 | 3.2500 |",
            "| 2 | x\\|y | 1 | 3.5000 |",
            "| 3 | w | 1 | 4.0000 |",
            "|  | one, \"two\" | 1 | failed |");
    assertThat(rows(Leaders.table(sweep(Direction.MAXIMIZE), result, 10)).get(0))
        .isEqualTo("| 1 | w | 1 | 4.0000 |");
  }

  @Test
  void whatIsCutOffIsCounted() {
    assertThat(Leaders.table(sweep(Direction.MINIMIZE), result, 1))
        .contains("| 1 | z | 1 | 3.2500 |")
        .contains("3 more")
        .doesNotContain("x\\|y");
  }

  @Test
  void theCsvQuotesAndHasEveryDigit() {
    assertThat(Leaders.csv(sweep(Direction.MINIMIZE), result).lines())
        .containsExactly(
            "trial,name,status,ablation,seed,final/test_bpd,run_id,mlflow_run_id",
            "c,s-c,done,z,1,3.25,run-c,m-c",
            "a,s-a,done,x|y,1,3.5,run-a,m-a",
            "d,s-d,done,w,1,4.0,run-d,m-d",
            "b,s-b,failed,\"one, \"\"two\"\"\",1,,run-b,m-b");
  }

  private static List<String> rows(String table) {
    return table.lines().skip(2).toList();
  }

  private static SweepState sweep(Direction direction) {
    SweepSpec spec = SweepSamples.sweep("s", 1);
    SweepSpec ranked =
        new SweepSpec(
            spec.name(),
            spec.text(),
            spec.experiment(),
            spec.ranges(),
            new Metric(NAME, direction),
            spec.limits(),
            spec.threads(),
            spec.trials());
    return new SweepState(ranked, "i", "s.yaml", "here", false, null, null);
  }

  private static SweepResult.Trial trial(String id, String arm, @Nullable Double value) {
    return new SweepResult.Trial(
        id,
        "s-" + id,
        Map.of("ablation", arm),
        1,
        value == null ? "failed" : "done",
        1,
        value == null ? Map.of() : Map.of(NAME, value),
        "run-" + id,
        "sha",
        "m-" + id,
        null);
  }
}
