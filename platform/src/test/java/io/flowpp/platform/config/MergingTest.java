package io.flowpp.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.spec.SchedulePiece;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.Weighting;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergingTest {
  @TempDir Path directory;

  private ExperimentFolder folder = new ExperimentFolder(Path.of(""));

  @BeforeEach
  void makeFolder() {
    folder = ExperimentFolder.in(directory);
  }

  private static JsonNode at(LoadedExperiment loaded, String key) {
    return loaded.tree().at("/" + key.replace('.', '/'));
  }

  private String origin(LoadedExperiment loaded, String key) {
    return String.valueOf(loaded.origins().get(key)).replace(directory + "/", "");
  }

  @Test
  void theCommandLineWinsOverTheFileOverItsBase() {
    folder.with("x.yaml", "extends: base.yaml\nseed: 7\ntraining: {batch: 4}\n");
    LoadedExperiment loaded = folder.load("x.yaml", "training.batch=5", "training.ema=9e-1");
    assertThat(loaded.config().training().steps()).isEqualTo(100);
    assertThat(loaded.config().seed()).isEqualTo(7);
    assertThat(loaded.config().training().batch()).isEqualTo(5);
    assertThat(loaded.config().training().ema()).isEqualTo(0.9);
    assertThat(origin(loaded, "training.steps")).isEqualTo("base.yaml:16");
    assertThat(origin(loaded, "seed")).isEqualTo("x.yaml:2");
    assertThat(origin(loaded, "training.batch")).isEqualTo("command line");
    assertThat(origin(loaded, "training.clip")).isEqualTo("default");
    assertThat(loaded.origins().keySet()).allMatch(key -> !at(loaded, key).isMissingNode());
  }

  @Test
  void aPresetLiesUnderItsFileAndTakesThePlaceOfTheBasesModel() {
    folder.with(
        "x.yaml",
        """
        extends: base.yaml
        model:
          preset: small
          flow:
            blocks: 2
        """);
    LoadedExperiment loaded = folder.load("x.yaml");
    assertThat(at(loaded, "model.flow.filters").intValue()).isEqualTo(16);
    assertThat(at(loaded, "model.flow.blocks").intValue()).isEqualTo(2);
    assertThat(at(loaded, "model.dequantizer.couplings").intValue()).isEqualTo(3);
    assertThat(at(loaded, "model.preset").isMissingNode()).isTrue();
    assertThat(origin(loaded, "model.flow.filters")).isEqualTo("presets/small.yaml:4");

    LoadedExperiment chosen = folder.load("base.yaml", "model.preset=small", "model.flow.heads=2");
    assertThat(at(chosen, "model.flow.filters").intValue()).isEqualTo(16);
    assertThat(at(chosen, "model.flow.heads").intValue()).isEqualTo(2);
  }

  @Test
  void aPresetIsFoundFromFoldersBelow() {
    folder.with("ablations/deep/x.yaml", "extends: ../../base.yaml\nmodel: {preset: small}\n");
    assertThat(at(folder.load("ablations/deep/x.yaml"), "model.flow.filters").intValue())
        .isEqualTo(16);
  }

  @Test
  void twoSpellingsOfOneExperimentHaveEqualTrees() {
    folder.with(
        "base2.yaml",
        ExperimentFolder.BASE
                .replace("steps: 100", "steps: 1e2")
                .replace("source: images", "source: ./images/")
            + "  optimizer: {learning-rate: 0.0003, beta1: 9E-1}\n  clip: 1\n");
    assertThat(folder.load("base2.yaml").tree()).isEqualTo(folder.load("base.yaml").tree());
    folder.with("named.yaml", "extends: base.yaml\nname: base\n");
    assertThat(folder.load("named.yaml").tree()).isEqualTo(folder.load("base.yaml").tree());
  }

  @Test
  void theMergedTextReadsBackAsTheSame() {
    LoadedExperiment loaded =
        folder.load(
            "base.yaml",
            "pretraining.kind=proxy",
            "pretraining.steps=3",
            "tracking.experiment=a \"b\" #c");
    folder.with("again.yaml", ConfigText.withOrigins(loaded));
    assertThat(folder.load("again.yaml").tree()).isEqualTo(loaded.tree());
    folder.with("again.yaml", ConfigText.of(loaded));
    assertThat(folder.load("again.yaml").config()).isEqualTo(loaded.config());
  }

  @Test
  void aNameIsTheFilesOwn() {
    folder.with("some file.yaml", "extends: base.yaml\n");
    LoadedExperiment loaded = folder.load("some file.yaml");
    assertThat(loaded.config().name()).isEqualTo("some-file");
    assertThat(loaded.config().tracking().experiment()).isEqualTo("some-file");
  }

  @Test
  void aSourceIsRelativeToTheFileThatNamesIt() {
    folder.with("deep/x.yaml", "extends: ../base.yaml\n");
    assertThat(folder.load("base.yaml").config().data().source()).isEqualTo("images");
    LoadedExperiment deep = folder.load("deep/x.yaml");
    assertThat(deep.config().data().source()).isEqualTo("../images");
    assertThat(deep.base().resolve(deep.config().data().source()).normalize())
        .isEqualTo(directory.resolve("images"));
    LoadedExperiment here = folder.load("base.yaml", "data.source=pictures");
    assertThat(here.base().resolve(here.config().data().source()).normalize())
        .isEqualTo(Path.of("pictures").toAbsolutePath());
  }

  @Test
  void theEnvironmentIsReadInText() {
    folder.with("x.yaml", "extends: base.yaml\ndata: {source: '/${ENV:WHERE}/images'}\n");
    assertThat(folder.load("x.yaml").config().data().source()).isEqualTo("/there/images");
    assertThat(folder.load("base.yaml", "name=${ENV:WHERE}").config().name()).isEqualTo("there");
  }

  @Test
  void aReferenceThatIsOverriddenNeedsNoVariable() {
    folder.with("x.yaml", "extends: base.yaml\ndata: {source: '${ENV:NOWHERE}'}\n");
    assertThat(folder.problems("x.yaml", "data.source=images")).isEmpty();
  }

  @Test
  void anchorsAreValuesWrittenTwice() {
    folder.with(
        "x.yaml",
        """
        extends: base.yaml
        training: &budget
          batch: 4
          ema: 0.5
        pretraining:
          <<: *budget
          kind: uniform
          ema: 0.25
          steps: 3
        """);
    LoadedExperiment loaded = folder.load("x.yaml");
    assertThat(loaded.config().pretraining())
        .isInstanceOfSatisfying(
            PretrainingSpec.TowardsUniform.class,
            p -> {
              assertThat(p.training().batch()).isEqualTo(4);
              assertThat(p.training().ema()).isEqualTo(0.25);
            });
  }

  @Test
  void nothingTakesABasesValueBack() {
    folder.with(
        "x.yaml", "extends: base.yaml\nmodel: {dequantizer: {couplings: null}}\ntraining:\n");
    LoadedExperiment loaded = folder.load("x.yaml");
    assertThat(at(loaded, "model.dequantizer.couplings").intValue()).isEqualTo(4);
    assertThat(loaded.config().training().steps()).isEqualTo(100);
  }

  @Test
  void oneOverrideMakesAnAblation() {
    assertThat(folder.load("base.yaml", "model.flow.coupling.kind=affine").config().model())
        .satisfies(
            model -> {
              DequantizerSpec.Variational q = (DequantizerSpec.Variational) model.dequantizer();
              assertThat(q.coupling()).isInstanceOf(CouplingSpec.Affine.class);
            });
    assertThat(folder.load("base.yaml", "model.flow.attention=false").config().model())
        .satisfies(
            model -> {
              DequantizerSpec.Variational q = (DequantizerSpec.Variational) model.dequantizer();
              assertThat(q.coupling().conditioner().mixing())
                  .isInstanceOf(MixingSpec.GatedLinear.class);
            });
    folder.with(
        "proxied.yaml",
        "extends: base.yaml\npretraining: {kind: proxy, steps: 9, proxy: {blocks: 2}}\n");
    LoadedExperiment uniform = folder.load("proxied.yaml", "model.dequantizer.kind=uniform");
    assertThat(uniform.config().pretraining()).isEqualTo(new PretrainingSpec.None());
    assertThat(uniform.tree().get("pretraining")).hasSize(1);
    assertThat(uniform.tree().get("model").get("dequantizer")).hasSize(1);
  }

  @Test
  void theProxyIsASmallFlowOfTheSameFamily() {
    LoadedExperiment loaded =
        folder.load(
            "base.yaml",
            "pretraining={kind: proxy, steps: 10, proxy: {filters: 4, layout: s2d  ch1}}",
            "training.schedule={kind: cosine, warmup: 50}");
    PretrainingSpec.WithProxy proxy = (PretrainingSpec.WithProxy) loaded.config().pretraining();
    assertThat(proxy.proxy()).hasSize(2);
    assertThat(proxy.training().batch()).isEqualTo(64);
    assertThat(proxy.training().schedule()).isEqualTo(new ScheduleSpec.Cosine(5, 10, 0));
    assertThat(at(loaded, "pretraining.proxy.layout").textValue()).isEqualTo("s2d ch1");
    assertThat(loaded.config().training().schedule())
        .isEqualTo(new ScheduleSpec.Cosine(50, 100, 0));
  }

  @Test
  void aBudgetCutShortFromOutsideStillHasItsSchedule() {
    LoadedExperiment loaded =
        folder.load(
            "base.yaml", "training.steps=2", "training.schedule={kind: cosine, warmup: 50}");
    assertThat(loaded.config().training().schedule()).isEqualTo(new ScheduleSpec.Cosine(50, 51, 0));
  }

  @Test
  void thePapersOtherFamilyIsSaidByItsKeys() {
    folder.with(
        "x.yaml",
        """
        extends: base.yaml
        model:
          flow:
            weight-norm: true
            activated-output: true
            pointwise: false
            dropout: 0
            coupling: {arithmetic: float64}
          dequantizer:
            context-norm: true
            context-heads: 4
            coupling: {arithmetic: network}
        """);
    ModelSpec model = folder.load("x.yaml").config().model();
    CouplingSpec.MixtureOfLogistics p =
        (CouplingSpec.MixtureOfLogistics) ((FlowStepSpec.Couplings) model.flow().get(0)).coupling();
    assertThat(p.conditioner().weighting()).isEqualTo(Weighting.NORMALISED);
    assertThat(p.conditioner().ending()).isEqualTo(Ending.ACTIVATED);
    assertThat(p.arithmetic()).isEqualTo(Arithmetic.FLOAT64);
    DequantizerSpec.Variational q = (DequantizerSpec.Variational) model.dequantizer();
    assertThat(q.coupling())
        .isEqualTo(
            new CouplingSpec.MixtureOfLogistics(
                p.components(), p.conditioner(), Arithmetic.AS_NETWORK));
    assertThat(q.context())
        .isEqualTo(
            new ContextSpec(32, 3, true, new MixingSpec.SelfAttention(4), Weighting.NORMALISED));
    assertThat(q.pointwise()).isFalse();
  }

  @Test
  void eachPartMayBeWithoutAMixingStep() {
    folder.with("x.yaml", "extends: base.yaml\nmodel: {dequantizer: {mixing: false}}\n");
    LoadedExperiment loaded = folder.load("x.yaml", "pretraining={kind: proxy, steps: 9}");
    ModelSpec model = loaded.config().model();
    DequantizerSpec.Variational q = (DequantizerSpec.Variational) model.dequantizer();
    assertThat(q.coupling().conditioner().mixing()).isEqualTo(new MixingSpec.None());
    assertThat(((FlowStepSpec.Couplings) model.flow().get(0)).coupling().conditioner().mixing())
        .isEqualTo(new MixingSpec.SelfAttention(2));
    assertThat(at(loaded, "pretraining.proxy.heads").intValue()).isEqualTo(2);

    // The later layer's choice makes what its base says of attention pointless, and is enough.
    LoadedExperiment neither =
        folder.load("x.yaml", "model.flow.mixing=false", "pretraining={kind: proxy, steps: 9}");
    assertThat(at(neither, "model.flow.heads").isMissingNode()).isTrue();
    PretrainingSpec.WithProxy proxy = (PretrainingSpec.WithProxy) neither.config().pretraining();
    assertThat(((FlowStepSpec.Couplings) proxy.proxy().get(0)).coupling().conditioner().mixing())
        .isEqualTo(new MixingSpec.None());
  }

  @Test
  void aScheduleOfPiecesHasOneSpelling() {
    String spelt =
        "  linear  to 1.0 until 40 then hold until 50 then decay 9e-1 to .30 until 60 then linear from 0 to 0.5 until 70 then hold 0.10";
    folder.with(
        "x.yaml",
        "extends: base.yaml\ntraining: {schedule: {kind: pieces, pieces: '" + spelt + "'}}\n");
    LoadedExperiment loaded = folder.load("x.yaml");
    assertThat(at(loaded, "training.schedule.pieces").textValue())
        .isEqualTo(
            "linear to 1 until 40 then hold until 50 then decay 0.9 to 0.3 until 60 then linear from 0 to 0.5 until 70 then hold 0.1");
    assertThat(loaded.config().training().schedule())
        .isEqualTo(
            new ScheduleSpec.Pieces(
                List.of(
                    new SchedulePiece.Linear(null, 1, 40),
                    new SchedulePiece.Hold(null, 50),
                    new SchedulePiece.Decay(null, .9, .3, 60),
                    new SchedulePiece.Linear(0., .5, 70),
                    new SchedulePiece.Hold(.1, SchedulePiece.FOREVER))));
    folder.with("again.yaml", ConfigText.of(loaded));
    assertThat(folder.load("again.yaml").tree()).isEqualTo(loaded.tree());
  }

  @Test
  void piecesAreWrittenForTheJointTrainingAlone() {
    LoadedExperiment loaded =
        folder.load(
            "base.yaml",
            "training.schedule={kind: pieces, pieces: linear to 1 until 90}",
            "pretraining={kind: uniform, steps: 10}");
    assertThat(((PretrainingSpec.TowardsUniform) loaded.config().pretraining()).training())
        .satisfies(t -> assertThat(t.schedule()).isEqualTo(new ScheduleSpec.Constant(5)));
  }
}
