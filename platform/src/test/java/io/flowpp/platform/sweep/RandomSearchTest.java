package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomSearchTest {
  private static final String RATE = "training.optimizer.learning-rate";
  private static final String PARAMETERS =
      """
      parameters:
        training.optimizer.learning-rate: {log-uniform: [1e-4, 1e-2]}
        model.flow.dropout: {uniform: [0, 0.5]}
        training.ema: {uniform: [0.999, 0.9995]}
        model.flow.blocks: {integer: [1, 3]}
        training.batch: [8, 16]
        model.flow.coupling.kind: {choice: [mixture, affine]}
        model.flow.coupling.components: {values: [2, 4], when: {model.flow.coupling.kind: mixture}}
      """;

  @TempDir Path directory;

  private SweepSpec search(int trials, long seed, String more) {
    String search = "search: {kind: random, trials: " + trials + ", seed: " + seed + "}\n";
    return SweepFolder.in(directory).load(search + PARAMETERS + more);
  }

  @Test
  void aSearchIsReproducibleAndALongerOneExtendsIt() {
    List<TrialSpec> ten = search(10, 3, "").trials();
    assertThat(search(10, 3, "").trials()).isEqualTo(ten);
    assertThat(search(25, 3, "").trials()).hasSize(25).startsWith(ten.toArray(TrialSpec[]::new));
    assertThat(search(10, 4, "").trials()).doesNotContainAnyElementsOf(ten);
  }

  @Test
  void whatIsDrawnOfOneParameterDoesNotDependOnTheOthers() {
    List<String> rates =
        search(10, 0, "").trials().stream().map(t -> t.params().get(RATE)).toList();
    SweepSpec alone =
        SweepFolder.in(directory)
            .load(
                "search: {kind: random, trials: 10}\nparameters: {"
                    + RATE
                    + ": {log-uniform: [1e-4, 1e-2]}}");
    assertThat(alone.trials()).extracting(t -> t.params().get(RATE)).isEqualTo(rates);
  }

  @Test
  void drawsLieWithinTheirBoundsAndFillThem() {
    List<Map<String, String>> params =
        search(300, 1, "").trials().stream().map(TrialSpec::params).toList();
    assertThat(params).hasSize(300);
    within(params, RATE, 1e-4, 1e-2, 1e-3); // half of it below the geometric mean
    within(params, "model.flow.dropout", 0, 0.5, 0.25);
    within(params, "training.ema", 0.999, 0.9995, 0.99925);
    within(params, "model.flow.blocks", 1, 3, 1.5);
    assertThat(params).extracting(p -> p.get("training.batch")).contains("8", "16");
    assertThat(params).extracting(p -> p.get("model.flow.blocks")).contains("1", "2", "3");
    assertThat(params)
        .allMatch(
            p ->
                p.containsKey("model.flow.coupling.components")
                    == p.get("model.flow.coupling.kind").equals("mixture"));
    assertThat(params).extracting(p -> p.get(RATE)).allMatch(text -> text.length() <= 9);
  }

  private static void within(
      List<Map<String, String>> params, String key, double low, double high, double middle) {
    double[] values =
        params.stream().mapToDouble(p -> Double.parseDouble(p.getOrDefault(key, "NaN"))).toArray();
    assertThat(Arrays.stream(values)).allMatch(value -> value >= low && value <= high);
    double below = Arrays.stream(values).filter(v -> v < middle).count();
    double expected = key.endsWith("blocks") ? 1. / 3 : .5;
    // Five standard deviations of a binomial.
    assertThat(below / values.length).isBetween(expected - .15, expected + .15);
  }

  @Test
  void everyDrawIsRunWithEveryArmAndEverySeedAndNoTrialTwice() {
    SweepSpec spec =
        SweepFolder.in(directory)
            .load(
                """
                search: {kind: random, trials: 4}
                parameters:
                  training.batch: {integer: [2, 40]}
                  model.flow.coupling.components: {values: [2, 4], when: {ablation: full}}
                ablations: {full: {}, affine: {model.flow.coupling.kind: affine}}
                seeds: [1, 2]
                """);
    assertThat(spec.trials()).extracting(TrialSpec::id).doesNotHaveDuplicates();
    assertThat(spec.trials()).hasSizeBetween(12, 16); // of two draws an arm may see the same part
    assertThat(spec.trials().stream().filter(t -> "full".equals(t.params().get("ablation"))))
        .hasSize(8);
    assertThat(spec.trials().subList(0, 4))
        .extracting(t -> t.params().get("training.batch"))
        .containsOnly(spec.trials().get(0).params().get("training.batch"));
  }
}
