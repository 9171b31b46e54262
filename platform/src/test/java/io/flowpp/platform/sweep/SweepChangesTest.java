package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepChangesTest {
  private static final String SWEEP =
      """
      name: s
      set: {training.steps: 50}
      parameters: {training.batch: [8, 16]}
      seeds: [1, 2]
      """;

  @TempDir Path directory;

  private List<String> changes(String from, String to) {
    SweepFolder folder = SweepFolder.in(directory);
    SweepSpec old = folder.load(SWEEP);
    return SweepChanges.between(old, folder.load(SWEEP.replace(from, to), SweepDefaults.of(old)));
  }

  @Test
  void thereAreNoneWhereOnlyTheWordingChanged() {
    assertThat(changes("name: s", "name: s # a comment")).isEmpty();
    assertThat(changes("[8, 16]", "[8.0, 1.6e1]")).isEmpty();
    assertThat(changes("set: {training.steps: 50}", "set: {training: {steps: 50}}")).isEmpty();
  }

  @Test
  void trialsThatAreNewOrGoneAreNamed() {
    assertThat(changes("[8, 16]", "[16, 32]"))
        .containsExactly(
            "2 trials new: s-batch-32-s1, s-batch-32-s2",
            "2 trials gone: s-batch-8-s1, s-batch-8-s2");
    assertThat(changes("seeds: [1, 2]", "seeds: [1, 2, 3, 4, 5]"))
        .containsExactly(
            "6 trials new: s-batch-8-s3, s-batch-16-s3, s-batch-8-s4, s-batch-16-s4, s-batch-8-s5 and 1 more");
  }

  @Test
  void whatChangedInATrialIsToldOnceWithBothValues() {
    assertThat(changes("steps: 50", "steps: 60"))
        .containsExactly("training.steps: 50 -> 60 in every trial");
  }

  @Test
  void aChangeInSomeTrialsNamesThem() {
    SweepFolder folder = SweepFolder.in(directory);
    String arms = "name: s\nablations: {full: {}, clipped: {training.clip: 2}}";
    assertThat(
            SweepChanges.between(
                folder.load(arms), folder.load(arms.replace("clip: 2", "clip: 3"))))
        .containsExactly("training.clip: 2 -> 3 in s-clipped-s7");
  }

  @Test
  void limitsMetricAndThreadsAreCompared() {
    assertThat(
            changes(
                "seeds: [1, 2]",
                """
                seeds: [1, 2]
                limits: {max-trials: 9, max-hours: 1.5, hang-after: 1m, max-concurrent: 1}
                metric: {name: test/ess, direction: maximize}
                """))
        .containsExactly(
            "metric: final/test_bpd, minimize -> test/ess, maximize",
            "limits.max-trials: none -> 9",
            "limits.max-concurrent: 2 -> 1",
            "limits.max-hours: none -> 1.5",
            "limits.hang-after: 600 s -> 60 s");
    assertThat(changes("training.steps: 50", "training.steps: 50, execution.threads: 4"))
        .containsExactly("threads of a trial: 2 -> 4");
    assertThat(changes("training.steps: 50", "training.steps: 50, tracking.experiment: e"))
        .containsExactly("MLflow experiment: s -> e");
  }
}
