package io.flowpp.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.testing.SyntheticImages;
import io.flowpp.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores, samples and reconstructions of a small model with weights near their start. */
class EvaluatorTest {
  private static final ModelSpec MODEL =
      Specs.tiny(1, Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, .2)));
  private static final SyntheticImages IMAGES = new SyntheticImages(MODEL.shape(), 23, 1);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 40})
  void aScoreDependsNeitherOnTheCutNorOnTheThreads(int samples) {
    try (Evaluator one = open(MODEL, 1);
        Evaluator two = open(MODEL, 2)) {
      List<ImageScore> whole = score(one, 0, 23, samples);
      assertThat(whole).hasSize(23);
      assertThat(score(two, 0, 23, samples)).isEqualTo(whole);
      List<ImageScore> cut = new ArrayList<>(score(one, 0, 7, samples));
      cut.addAll(score(two, 7, 8, samples));
      cut.addAll(score(one, 8, 23, samples));
      assertThat(cut).isEqualTo(whole);
    }
  }

  @Test
  void moreSamplesNeverWorsenTheBoundOfAnImage() {
    try (Evaluator evaluator = open(MODEL, 1)) {
      for (ImageScore s : score(evaluator, 0, 23, 16)) {
        assertThat(s.bitsPerDim()).isLessThanOrEqualTo(s.bitsPerDimElbo() + 1e-9);
        assertThat(s.effectiveSamples()).isBetween(1 - 1e-9, 16 + 1e-9);
        assertThat(s.sha256()).hasSize(64);
      }
    }
  }

  @Test
  void samplesAreAFunctionOfTheSeed() {
    try (Evaluator one = open(MODEL, 1);
        Evaluator two = open(MODEL, 2)) {
      Samples grid = one.sample(20, 3, 1);
      assertThat(two.sample(20, 3, 1).levels()).isEqualTo(grid.levels());
      assertThat(one.sample(20, 4, 1).levels()).isNotEqualTo(grid.levels());
      assertThat(grid.leak().share()).isBetween(0., 1.);
      // a wide latent leaves the range, a narrow one stays inside
      assertThat(one.sample(20, 3, 40).leak().share()).isGreaterThan(.5);
      assertThat(one.sample(20, 3, 0).leak().share()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reconstructionsAreTheImages(boolean variational) {
    ModelSpec model =
        variational
            ? MODEL
            : new ModelSpec(MODEL.shape(), MODEL.bits(), Specs.UNIFORM, MODEL.flow());
    try (Evaluator evaluator = open(model, 1)) {
      int row = 10 * MODEL.shape().dimensions();
      byte[] pixels = evaluator.reconstructions(IMAGES, 10, 5).pixels();
      int different = 0;
      for (int i = 0; i < row; i++) {
        assertThat(pixels[row + i]).isEqualTo(pixels[i]);
        int distance = Math.abs((pixels[2 * row + i] & 255) - (pixels[i] & 255));
        assertThat(distance).isLessThanOrEqualTo(1);
        different += distance;
      }
      // a value within float32's error of a whole number may fall on its other side
      assertThat(different).isLessThanOrEqualTo(1);
    }
  }

  private static List<ImageScore> score(Evaluator evaluator, int from, int to, int samples) {
    return evaluator.score(IMAGES, from, to, samples, 9, () -> false);
  }

  private Evaluator open(ModelSpec model, int threads) {
    Path file = directory.resolve("weights-" + threads + ".safetensors");
    try (Lab lab = new Lab()) {
      var parameters = FlowPlusPlus.build(model).parameters();
      WeightFile.write(file, lab.lively(parameters, DataType.FLOAT32, 3, .2f), model);
    }
    return Evaluator.open(model, file, "cpu", threads);
  }
}
