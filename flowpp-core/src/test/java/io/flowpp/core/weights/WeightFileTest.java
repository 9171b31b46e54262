package io.flowpp.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.types.DataType;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights on disk, and how many there are. */
class WeightFileTest {
  private static final CouplingSpec COUPLING =
      Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, 0));

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aFileGivesBackEveryBit(DataType type) {
    Path file = directory.resolve("w.safetensors");
    ModelSpec spec = Specs.tiny(3, COUPLING);
    List<Parameter> parameters = FlowPlusPlus.build(spec).parameters();
    try (Lab lab = new Lab()) {
      Weights written = lab.lively(parameters, type, 1);
      WeightFile.write(file, written, spec);
      Weights read = lab.lively(parameters, type, 2);
      assertThat(WeightFile.sha256(read)).isNotEqualTo(WeightFile.sha256(written));
      WeightFile.read(file, read, spec, "", lab.kernels());
      assertThat(read.flat().toByteBuffer()).isEqualTo(written.flat().toByteBuffer());
      assertThat(WeightFile.sha256(read)).isEqualTo(WeightFile.sha256(written));
    }
  }

  @Test
  void anotherModelsFileIsRefusedWithWhatDiffers() {
    Path file = directory.resolve("w.safetensors");
    try (Lab lab = new Lab()) {
      write(lab, file, Specs.tiny(3, COUPLING));
      CouplingSpec affine = Specs.affine(Specs.conditioner(4, 2, Specs.ATTENTION, 0));
      WeightMismatchException refused = refusal(lab, file, Specs.tiny(1, affine));
      assertThat(refused.differences())
          .contains("spec: shape/channels: 3 there, 1 here")
          .contains("spec: flow/0/coupling: mixture there, affine here")
          .anyMatch(d -> d.contains("flow/0/coupling0/norm/a/gain") && d.contains("the model has"))
          .anyMatch(d -> d.contains("block1") && d.endsWith("is missing"));
      assertThat(refused).hasMessageContaining("w.safetensors").hasMessageContaining("more");
    }
  }

  /** Heads leave no trace in any shape, so only the spec in the file can tell. */
  @Test
  void weightsOfAModelOfTheSameShapesButAnotherFunctionAreRefused() {
    Path file = directory.resolve("w.safetensors");
    CouplingSpec oneHead =
        Specs.mixture(2, Specs.conditioner(4, 1, new MixingSpec.SelfAttention(1), 0));
    try (Lab lab = new Lab()) {
      write(lab, file, Specs.tiny(3, COUPLING));
      assertThat(refusal(lab, file, Specs.tiny(3, oneHead)).differences())
          .contains("spec: flow/0/coupling/conditioner/mixing/heads: 2 there, 1 here")
          .allMatch(line -> line.startsWith("spec: "));
    }
  }

  @Test
  void dropoutMayChangeFromAFileToAModel() {
    Path file = directory.resolve("w.safetensors");
    CouplingSpec dropping = Specs.mixture(2, Specs.conditioner(4, 1, Specs.ATTENTION, .2));
    try (Lab lab = new Lab()) {
      write(lab, file, Specs.tiny(3, dropping));
      ModelSpec spec = Specs.tiny(3, COUPLING);
      Weights weights = lab.start(FlowPlusPlus.build(spec).parameters(), DataType.FLOAT32, 2);
      WeightFile.read(file, weights, spec, "", lab.kernels());
      Weights same = lab.start(weights.parameters(), DataType.FLOAT32, 1);
      assertThat(WeightFile.sha256(weights)).isEqualTo(WeightFile.sha256(same));
    }
  }

  @Test
  void aModelCanBeBuiltFromItsWeightsAlone() {
    Path file = directory.resolve("w.safetensors");
    try (Lab lab = new Lab()) {
      write(lab, file, Specs.tiny(3, COUPLING));
      ModelSpec spec = WeightFile.readSpec(file).orElseThrow();
      assertThat(spec).isEqualTo(Specs.tiny(3, COUPLING));
      Safetensors.write(file, Map.of(), Map.of());
      assertThat(WeightFile.readSpec(file)).isEmpty();
    }
  }

  private static void write(Lab lab, Path file, ModelSpec spec) {
    List<Parameter> parameters = FlowPlusPlus.build(spec).parameters();
    WeightFile.write(file, lab.start(parameters, DataType.FLOAT32, 1), spec);
  }

  private static WeightMismatchException refusal(Lab lab, Path file, ModelSpec spec) {
    Weights weights = lab.start(FlowPlusPlus.build(spec).parameters(), DataType.FLOAT32, 2);
    String before = WeightFile.sha256(weights);
    var refused =
        catchThrowableOfType(
            WeightMismatchException.class,
            () -> WeightFile.read(file, weights, spec, "", lab.kernels()));
    assertThat(WeightFile.sha256(weights)).as("nothing was loaded").isEqualTo(before);
    return refused;
  }

  @ParameterizedTest
  @CsvSource({
    "full, 96, 32, true, true, 31443440",
    "affine, 108, 0, true, true, 32045708",
    "uniform, 104, 32, true, false, 32324408",
    "no attention, 96, 32, false, true, 31443440"
  })
  void theOfficialModelsHaveTheirPublishedSizes(
      String name, int filters, int components, boolean attention, boolean variational, long size) {
    MixingSpec mixing = attention ? new MixingSpec.SelfAttention(4) : Specs.NO_ATTENTION;
    ModelSpec spec =
        new ModelSpec(
            new ImageShape(32, 32, 3),
            8,
            variational
                ? Specs.cifarDequantizer(coupling(filters, 2, components, mixing))
                : Specs.UNIFORM,
            Specs.cifarFlow(coupling(filters, 10, components, mixing)));
    assertThat(built(spec)).as(name).isEqualTo(size);
    assertThat(ParameterCount.of(spec).total()).isEqualTo(size);
  }

  @Test
  void theCountFromTheSpecIsThatOfTheBuiltModel() {
    for (int channels : new int[] {1, 3}) {
      for (CouplingSpec coupling :
          List.of(COUPLING, Specs.affine(Specs.conditioner(6, 3, Specs.NO_ATTENTION, 0)))) {
        ModelSpec spec = Specs.tiny(channels, coupling);
        assertThat(ParameterCount.of(spec).total()).isEqualTo(built(spec));
      }
    }
  }

  private static CouplingSpec coupling(int filters, int blocks, int components, MixingSpec mixing) {
    var network = Specs.conditioner(filters, blocks, mixing, .2);
    return components == 0 ? Specs.affine(network) : Specs.mixture(components, network);
  }

  private static long built(ModelSpec spec) {
    return FlowPlusPlus.build(spec).parameters().stream().mapToLong(p -> p.shape().size()).sum();
  }
}
