package io.flowpp.platform.compare;

import static io.flowpp.platform.compare.Runs.request;
import static io.flowpp.platform.compare.Runs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.Verdict;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is compared with what, and what is refused. */
class ComparisonsTest {
  private static final List<ComparedRun> TWO_ARMS =
      List.of(
          run("affine", 1, 3.31),
          run("affine", 2, 3.33),
          run("affine", 3, 3.32),
          run("full", 1, 3.11),
          run("full", 2, 3.12),
          run("full", 3, 3.10));

  @Test
  void armsAreTheRunsThatDifferBySeedAlone() {
    Comparison comparison = Comparisons.of(request(TWO_ARMS, "ablation"));
    assertThat(comparison.arms()).extracting(Arm::name).containsExactly("full", "affine");
    assertThat(comparison.baseline().runs())
        .extracting(ComparedRun::seed)
        .containsExactly(1L, 2L, 3L);
    assertThat(comparison.differing()).containsOnlyKeys("ablation", "model.flow.coupling.kind");
    assertThat(comparison.differing().get("model.flow.coupling.kind"))
        .containsEntry("full", "mixture")
        .containsEntry("affine", "affine");
    assertThat(comparison.warnings()).isEmpty();

    List<ComparedRun> conditional = new ArrayList<>(TWO_ARMS);
    conditional.replaceAll(
        run ->
            run.name().equals("full")
                ? Runs.with(run, "model.flow.coupling.components", "2")
                : run);
    assertThat(Comparisons.of(request(conditional, "ablation")).differing())
        .as("what follows from the kind")
        .doesNotContainKey("model.flow.coupling.components");
    conditional.set(3, Runs.with(TWO_ARMS.get(3), "model.flow.coupling.components", "4"));
    assertThat(Comparisons.of(request(conditional, "ablation")).differing())
        .containsKey("model.flow.coupling.components");

    List<ComparedRun> unnamed =
        TWO_ARMS.stream().map(run -> Runs.with(run, "ablation", "")).toList();
    Comparison byItself = Comparisons.of(request(unnamed));
    assertThat(byItself.arms()).extracting(Arm::name).containsExactly("affine", "mixture");
  }

  @Test
  void theSeedIsTheUnit() {
    Comparison comparison = Comparisons.of(request(TWO_ARMS, "ablation"));
    Row affine = row(comparison.views().get(0), "affine");
    assertThat(affine.seeds()).isEqualTo(3);
    assertThat(affine.images()).isEqualTo(Runs.IMAGES);
    assertThat(affine.mean()).isCloseTo(3.32, within(.02));
    Comparison.Against against = Objects.requireNonNull(affine.against());
    assertThat(against.scope()).isEqualTo(Scope.METHODS);
    assertThat(against.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(against.delta()).isCloseTo(.21, within(.02));
    assertThat(against.words()).startsWith("affine is worse than full by 0.2");
    assertThat(row(comparison.views().get(0), "full").against()).isNull();
  }

  @Test
  void oneSeedSpeaksOfTheModelsAlone() {
    Comparison comparison =
        Comparisons.of(request(List.of(run("full", 1, 3.1), run("affine", 1, 3.3)), "ablation"));
    Comparison.Against against =
        Objects.requireNonNull(row(comparison.views().get(0), "affine").against());
    assertThat(against.scope()).isEqualTo(Scope.MODELS);
    assertThat(against.p()).isNull();
    assertThat(against.words())
        .startsWith("These two models: affine is worse")
        .endsWith("of the methods nothing can be said with one seed");
    assertThat(comparison.warnings())
        .singleElement()
        .asString()
        .contains("one seed of full, affine");
    Comparison.Against curves =
        Objects.requireNonNull(row(comparison.views().get(1), "affine").against());
    assertThat(curves.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @Test
  void equalStepsEqualTimeAndEqualSizeAreOtherQuestions() {
    List<ComparedRun> runs = new ArrayList<>();
    for (long seed = 1; seed <= 2; seed++) {
      // Ends after 100 steps, in 50 seconds.
      runs.add(
          Runs.withCurve(
              run("full", seed, 3.1 + .01 * seed),
              new ComparedRun.Point(50, 25, 3.6),
              new ComparedRun.Point(100, 50, 3.2)));
      // Takes twice the time for a step, goes twice as far, and is larger.
      runs.add(
          Runs.withSize(
              Runs.withCurve(
                  run("affine", seed, 3.0 + .01 * seed),
                  new ComparedRun.Point(50, 50, 3.5),
                  new ComparedRun.Point(200, 200, 2.9)),
              1300));
    }
    Comparison comparison = Comparisons.of(request(runs, "ablation"));
    View steps = view(comparison, "equal steps");
    assertThat(steps.question()).contains("after 100 steps");
    assertThat(row(steps, "full").mean()).isCloseTo(3.2, within(1e-12));
    assertThat(row(steps, "affine").mean()).isCloseTo(3.5 - .6 / 3, within(1e-12));
    View time = view(comparison, "equal time");
    assertThat(time.question()).contains("after 50.0 seconds");
    assertThat(row(time, "affine").mean()).isCloseTo(3.5, within(1e-12));
    View size = view(comparison, "equal parameters");
    assertThat(size.rows()).extracting(Row::group).containsExactly("full");
    assertThat(size.left().get("affine")).contains("1,300 parameters, 1.30 times");
    assertThat(row(size, "full").images())
        .as("the baseline alone is over images too")
        .isEqualTo(Runs.IMAGES);
  }

  @Test
  void anArmWithoutValidationsIsLeftOutByName() {
    List<ComparedRun> runs = new ArrayList<>(TWO_ARMS);
    runs.add(Runs.withCurve(run("uniform", 1, 3.5)));
    runs.add(Runs.withCurve(run("uniform", 2, 3.5)));
    View steps = view(Comparisons.of(request(runs, "ablation")), "equal steps");
    assertThat(steps.left()).containsEntry("uniform", "a run has no validations");
    assertThat(steps.rows()).extracting(Row::group).containsExactly("full", "affine");
  }

  @Test
  void anArmThatWasOverTooSoonIsLeftOutAndNotTheBaseline() {
    List<ComparedRun> runs = new ArrayList<>(TWO_ARMS);
    for (long seed = 1; seed <= 2; seed++) {
      runs.add(Runs.withCurve(run("uniform", seed, 3.5), new ComparedRun.Point(100, 20, 3.6)));
    }
    Comparison comparison = Comparisons.of(request(runs, "ablation"));
    View time = view(comparison, "equal time");
    assertThat(time.left())
        .containsEntry("uniform", "a run ended before the baseline's first validation");
    assertThat(time.rows()).extracting(Row::group).containsExactly("full", "affine");
    runs.set(3, Runs.withCurve(TWO_ARMS.get(3), new ComparedRun.Point(100, 20, 3.6)));
    Comparison without = Comparisons.of(request(runs, "ablation"));
    assertThat(without.views()).extracting(View::name).doesNotContain("equal time");
    assertThat(without.warnings())
        .containsExactly(
            "the question of equal time is not asked: one run of full had ended before another validated");
  }

  @Test
  void whatCannotBeComparedIsRefusedByName() {
    ComparedRun full = run("full", 1, 3.1);
    ComparedRun affine = run("affine", 1, 3.2);
    refused("not one is the same", "affine-1", full, run("affine", 1, 3.2, Runs.IMAGES, "other"));
    refused("40 test images and full-1", "affine-1", run("full", 1, 3.1, 20, "data"), affine);
    refused("with 8 importance samples", "affine-1", full, Runs.withSamples(affine, 8));
    refused("one run alone", null, full);
    refused("all of one arm", null, full, run("full", 2, 3.1));
    refused("are both seed 1 of the arm ablation=full", "full-1", full, full, affine);
    refused(
        "its test/bpd is NaN", "affine-1", full, Runs.withMetric(affine, "test/bpd", Double.NaN));
    refusedBy("nothing", "no run has a parameter 'nothing'", full, affine);
  }

  @Test
  void aMissingMetricNamesTheRunAndWhatItHas() {
    CompareRequest request = request(TWO_ARMS, "ablation");
    assertThatThrownBy(() -> Comparisons.of(metric(request, "best/val_bp", null)))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("has no metric 'best/val_bp'")
        .extracting(fault -> ((UserFault) fault).line())
        .asString()
        .contains("did you mean 'best/val_bpd'?");
    assertThatThrownBy(() -> Comparisons.of(metric(request, "perf/images_per_second", null)))
        .extracting(fault -> ((UserFault) fault).line())
        .asString()
        .contains("--margin");
    Comparison speed = Comparisons.of(metric(request, "perf/images_per_second", .5));
    assertThat(row(speed.views().get(0), "affine").images()).isZero();
    assertThat(Objects.requireNonNull(row(speed.views().get(0), "affine").against()).verdict())
        .isEqualTo(Verdict.EQUIVALENT);
  }

  @Test
  void commonImagesAreTakenWhereAskedForAndSaid() {
    CompareRequest asked = request(List.of(run("full", 1, 3.1, 20, "data"), run("affine", 1, 3.2)));
    CompareRequest common =
        new CompareRequest(
            asked.runs(),
            null,
            List.of("ablation"),
            "affine",
            asked.metric(),
            null,
            CompareRequest.Images.TAKE_COMMON,
            List.of(),
            null);
    Comparison comparison = Comparisons.of(common);
    assertThat(comparison.baseline().name()).isEqualTo("affine");
    assertThat(row(comparison.views().get(0), "full").images()).isEqualTo(20);
    assertThat(comparison.warnings()).anyMatch(w -> w.contains("the 20 that all have"));
  }

  @Test
  void dataThatWerePreparedOtherwiseAreSaidByRun() {
    List<ComparedRun> runs = new ArrayList<>(TWO_ARMS);
    runs.set(1, Runs.otherwise(TWO_ARMS.get(1), "fedcba9876543210", 0));
    Comparison comparison = Comparisons.of(request(runs, "ablation"));
    assertThat(comparison.warnings())
        .containsExactly(
            "the prepared data differ (another split or other training images): data01234567 in"
                + " affine-1, affine-3, full-1, full-2, full-3; fedcba987654 in affine-2");
    assertThat(row(comparison.views().get(0), "affine").images()).isEqualTo(Runs.IMAGES);
  }

  @Test
  void noiseOfAnotherSeedIsSaidByRun() {
    List<ComparedRun> runs = new ArrayList<>(TWO_ARMS);
    runs.set(4, Runs.otherwise(TWO_ARMS.get(4), TWO_ARMS.get(4).dataDigest(), 7));
    assertThat(Comparisons.of(request(runs, "ablation")).warnings())
        .containsExactly(
            "the evaluation's noise differs (evaluation.seed): 0 in affine-1, affine-2, affine-3,"
                + " full-1, full-3; 7 in full-2");
  }

  @Test
  void aMetricOfUnknownDirectionIsRefusedAndALeastOfItsKindIsNot() {
    List<ComparedRun> runs =
        TWO_ARMS.stream()
            .map(run -> Runs.withMetric(run, "val/dequantizer_entropy", 1.5))
            .map(run -> Runs.withMetric(run, "test/sample_leak", .1 * run.seed()))
            .toList();
    CompareRequest request = request(runs, "ablation");
    assertThatThrownBy(() -> Comparisons.of(metric(request, "val/dequantizer_entropy", .1)))
        .isInstanceOf(UserFault.class)
        .extracting(fault -> ((UserFault) fault).line())
        .asString()
        .contains("val/dequantizer_entropy", "higher or when it is lower", "test/sample_leak");
    assertThat(Comparisons.of(metric(request, "test/sample_leak", .1)).rules().better())
        .isEqualTo(Rules.Better.LOWER);
  }

  @Test
  void anArmThatMixesConfigurationsSaysSo() {
    List<ComparedRun> runs = new ArrayList<>(TWO_ARMS);
    runs.set(0, Runs.with(TWO_ARMS.get(0), "training.steps", "200"));
    assertThat(Comparisons.of(request(runs, "ablation")).warnings())
        .singleElement()
        .asString()
        .contains("the runs of affine differ in training.steps too");
  }

  private static CompareRequest metric(CompareRequest request, String metric, Double margin) {
    return new CompareRequest(
        request.runs(),
        null,
        request.by(),
        null,
        metric,
        margin,
        request.images(),
        List.of(),
        null);
  }

  private static void refused(String message, String where, ComparedRun... runs) {
    assertThatThrownBy(() -> Comparisons.of(request(List.of(runs))))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining(message)
        .extracting(fault -> ((UserFault) fault).where())
        .isEqualTo(where);
  }

  private static void refusedBy(String by, String message, ComparedRun... runs) {
    assertThatThrownBy(() -> Comparisons.of(request(List.of(runs), by)))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining(message);
  }

  private static View view(Comparison comparison, String name) {
    return comparison.views().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
  }

  private static Row row(View view, String group) {
    return view.rows().stream().filter(r -> r.group().equals(group)).findFirst().orElseThrow();
  }
}
