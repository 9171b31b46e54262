package io.flowpp.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.Weighting;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Weights go to the authors' names and come back; that the names are the authors' is shown by the
 * files of their numbers, which name every weight.
 */
class OfficialNamesTest {
  private static final ModelSpec CIFAR =
      Specs.tiny(3, Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, 0)));

  @TempDir Path folder;

  static Stream<ModelSpec> models() {
    return Stream.of(
        CIFAR,
        Specs.tiny(1, Specs.affine(Specs.conditioner(4, 2, Specs.NO_ATTENTION, 0))),
        imagenet(new MixingSpec.SelfAttention(2), Weighting.NORMALISED),
        imagenet(new MixingSpec.None(), Weighting.PLAIN));
  }

  private static ModelSpec imagenet(MixingSpec mixing, Weighting weighting) {
    CouplingSpec coupling =
        Specs.mixture(2, new ConditionerSpec(4, 1, mixing, 0, weighting, Ending.ACTIVATED));
    ContextSpec context = new ContextSpec(6, 1, true, mixing, weighting);
    return new ModelSpec(
        new ImageShape(4, 8, 1),
        5,
        new DequantizerSpec.Variational(context, 2, false, coupling),
        Specs.tinyFlow(coupling));
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsExportedIsImportedToTheBit(ModelSpec spec) {
    Path file = folder.resolve("official.safetensors");
    FlowPlusPlus model = FlowPlusPlus.build(spec);
    try (Lab lab = new Lab()) {
      Weights written = lab.lively(model.parameters(), DataType.FLOAT32, 1);
      OfficialNames.exportOfficial(file, model, written);
      assertThat(Safetensors.open(file).names()).hasSize(model.parameters().size());
      Weights read = lab.lively(model.parameters(), DataType.FLOAT32, 2);
      OfficialNames.importOfficial(file, model, read, lab.kernels());
      assertThat(WeightFile.sha256(read)).isEqualTo(WeightFile.sha256(written));
    }
  }

  @Test
  void whatDiffersIsListedByTheAuthorsNamesAndNothingIsLoaded() {
    Path file = folder.resolve("official.safetensors");
    FlowPlusPlus model = FlowPlusPlus.build(CIFAR);
    try (Lab lab = new Lab()) {
      OfficialNames.exportOfficial(file, model, lab.start(model.parameters(), DataType.FLOAT32, 1));
      Map<String, NDArray> tensors =
          new LinkedHashMap<>(Safetensors.open(file).read(lab.manager()));
      tensors.remove("Norm_2/norm1/b");
      tensors.put("Pointwise_1/W1", lab.manager().zeros(new Shape(3, 4)));
      tensors.put("AffineAttnCoupling/pos_emb", lab.manager().zeros(new Shape(1)));
      Safetensors.write(file, tensors, Map.of());
      Weights weights = lab.start(model.parameters(), DataType.FLOAT32, 2);
      String before = WeightFile.sha256(weights);
      var refused =
          catchThrowableOfType(
              WeightMismatchException.class,
              () -> OfficialNames.importOfficial(file, model, weights, lab.kernels()));
      assertThat(refused.differences())
          .hasSize(3)
          .anyMatch(d -> d.startsWith("Norm_2/norm1/b ") && d.contains("is missing"))
          .anyMatch(d -> d.startsWith("Pointwise_1/W1 is (3, 4), the model has (3, 3)"))
          .anyMatch(d -> d.equals("AffineAttnCoupling/pos_emb is unknown to the model"));
      assertThat(WeightFile.sha256(weights)).isEqualTo(before);
    }
  }
}
