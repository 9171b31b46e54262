package io.flowpp.core.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.weights.DamagedSafetensorsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder that differs is told to differ, and where; nothing of it is passed over. */
class ReferenceVerifierTest {
  private final Lab lab = new Lab();
  @TempDir Path folder;

  @AfterEach
  void close() {
    lab.close();
  }

  /** The one case of a folder with a changed file. */
  private Verification.Case verify(
      String name, BiConsumer<Map<String, NDArray>, Map<String, String>> change)
      throws IOException {
    Vectors.changed(name, folder, lab.manager(), change);
    Verification verification = ReferenceVerifier.fast().verify(folder, c -> {});
    assertThat(verification.ok()).isFalse();
    assertThat(verification.cases()).hasSize(1);
    return verification.cases().get(0);
  }

  private static List<String> failing(Verification.Case c) {
    return c.outputs().stream().filter(o -> !o.ok()).map(Verification.Output::name).toList();
  }

  /** Adds to one value a part of the tensor's largest. */
  private void change(Map<String, NDArray> tensors, String tensor, double relative) {
    NDArray old = Objects.requireNonNull(tensors.get(tensor));
    double[] values = old.toType(DataType.FLOAT64, true).toDoubleArray();
    values[values.length / 2] += relative * Comparison.largest(values);
    NDArray changed = lab.manager().create(values, old.getShape());
    tensors.put(tensor, changed.toType(old.getDataType(), true));
  }

  /** By a little more than is allowed. */
  @ParameterizedTest
  @CsvSource({
    "cifar-uniform, out/flow/y, 2e-11",
    "cifar-uniform, out/log_likelihood, 2e-10",
    "cifar-uniform, out/flow/step/21_Norm/logd, 3e-6",
    "cifar-uniform, out/u, 2e-11",
    "coupling-noattn, out/net/means, 2e-11",
    "coupling-affine-attn, out/inverse/ef, 2e-11",
    "init-norm, out/var/Norm/norm1/b, 3e-6",
    "init-norm, out/after/logd, 2e-11",
    "net-gated-nin, out/y, 2e-11",
    "layer-pointwise-c3, out/inverse/logd, 2e-11",
    "layer-checkerboard-split, out/b, 2e-11",
    "mixture-exact, exact/logit, 1e-6",
    "mixture-logcdf-logpdf, out/logpdf, 1e-6",
  })
  void oneChangedValueIsNamed(String name, String tensor, double relative) throws IOException {
    Verification.Case c = verify(name, (tensors, metadata) -> change(tensors, tensor, relative));
    assertThat(failing(c)).containsExactly(tensor);
  }

  /** Where the file's float32 is perfect, ours is held to 32 roundings of the largest value. */
  @Test
  void float32IsHeldToItsOwnTolerance() throws IOException {
    Verification.Case c =
        verify(
            "net-conv2d",
            (tensors, metadata) -> {
              change(tensors, "out/y", 40 * 0x1p-24);
              NDArray exact = Objects.requireNonNull(tensors.get("out/y"));
              tensors.put("out32/y", exact.toType(DataType.FLOAT32, true));
            });
    assertThat(failing(c)).containsExactlyInAnyOrder("out/y", "out32/y");
  }

  @Test
  void aChangedWeightIsSeenFromItsStepOn() throws IOException {
    Verification.Case c =
        verify("cifar-uniform", (tensors, metadata) -> change(tensors, "var/Norm/norm0/g", 1e-3));
    assertThat(failing(c))
        .contains("out/flow/step/02_Norm/a", "out/flow/y", "out/log_likelihood")
        .doesNotContain("out/u", "out/flow/step/00_ImgProc/y");
  }

  @Test
  void whatIsNotComputedFails() throws IOException {
    Verification.Case c =
        verify(
            "net-conv2d",
            (tensors, metadata) -> {
              NDArray y = Objects.requireNonNull(tensors.get("out/y"));
              List.of("out/z", "out32/z", "exact/y").forEach(name -> tensors.put(name, y));
            });
    assertThat(failing(c)).containsExactlyInAnyOrder("out/z", "out32/z", "exact/y");
    assertThat(c.outputs())
        .filteredOn(o -> !o.ok())
        .allMatch(o -> String.valueOf(o.problem()).contains("does not compute"));
  }

  @Test
  void aLackingWeightIsNamed() throws IOException {
    Verification.Case c =
        verify("cifar-uniform", (tensors, metadata) -> tensors.remove("var/Norm_3/norm1/b"));
    assertThat(c.error()).contains("var/Norm_3/norm1/b", "is missing");
  }

  @Test
  void aStepThatStandsWhereNoneCanIsNamed() throws IOException {
    Verification.Case c =
        verify(
            "cifar-uniform",
            (tensors, metadata) ->
                metadata.computeIfPresent(
                    "steps", (k, v) -> v.replace("05_TupleFlip", "05_TripleFlip")));
    assertThat(c.error()).contains("05_TripleFlip");
  }

  @Test
  void aDequantizerWithAnythingButColumnCouplingsIsRefused() throws IOException {
    Verification.Case c =
        verify(
            "cifar-main",
            (tensors, metadata) ->
                metadata.computeIfPresent(
                    "steps",
                    (k, v) ->
                        v.replaceFirst("\\[", "[[\"dequant/step/00_SpaceToDepth\", \"\"], ")));
    assertThat(c.error()).contains("dequantizer is not one run of equal couplings");
  }

  /** Weights are found by counting layers: a list that means others must not pass. */
  @Test
  void aStepWithTheWeightsOfAnotherIsRefused() throws IOException {
    Verification.Case c =
        verify(
            "cifar-uniform",
            (tensors, metadata) ->
                metadata.computeIfPresent(
                    "steps", (k, v) -> v.replace("\"Norm_3\"", "\"Norm_4\"")));
    assertThat(c.error()).contains("14_Norm has the weights of Norm_4, not Norm_3");
  }

  @Test
  void tensorsThatDoNotFitTogetherAreToldAndTheOthersCompared() throws IOException {
    Vectors.changed(
        "cifar-uniform",
        folder,
        lab.manager(),
        (tensors, metadata) ->
            tensors.computeIfPresent("in/u", (name, u) -> u.get(":, :4").duplicate()));
    Vectors.changed(
        "net-conv2d",
        folder,
        lab.manager(),
        (tensors, metadata) -> tensors.put("var/conv2d/W", lab.manager().ones(new Shape())));
    Vectors.changed("layer-sigmoid", folder, lab.manager(), (tensors, metadata) -> {});
    Verification verification = ReferenceVerifier.fast().verify(folder, c -> {});
    assertThat(verification.cases())
        .extracting(Verification.Case::name, Verification.Case::ok)
        .containsExactly(
            tuple("cifar-uniform", false),
            tuple("layer-sigmoid", true),
            tuple("net-conv2d", false));
    assertThat(verification.cases().get(0).error())
        .startsWith("its tensors do not fit together: ")
        .contains("size of tensor")
        .doesNotContain("\n");
  }

  /** Such a distance must not allow everything. */
  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NaN})
  void aFloat32ThatIsNotFiniteIsNamed(float value) throws IOException {
    Verification.Case c =
        verify(
            "net-conv2d",
            (tensors, metadata) -> {
              NDArray old = Objects.requireNonNull(tensors.get("out32/y"));
              float[] values = old.toFloatArray();
              values[1] = value;
              tensors.put("out32/y", lab.manager().create(values, old.getShape()));
            });
    assertThat(failing(c)).containsExactly("out32/y");
  }

  @Test
  void aLatentThatIsNotANumberIsNamed() throws IOException {
    Verification.Case c =
        verify(
            "cifar-uniform",
            (tensors, metadata) -> {
              NDArray old = Objects.requireNonNull(tensors.get("out/flow/y"));
              double[] values = old.toDoubleArray();
              values[3] = Double.NaN;
              tensors.put("out/flow/y", lab.manager().create(values, old.getShape()));
            });
    assertThat(failing(c)).contains("out/flow/y").doesNotContain("out/log_likelihood");
  }

  @Test
  void aNormThatIsNoNumberIsNamed() throws IOException {
    Vectors.changed("cifar-main", folder, lab.manager(), (tensors, metadata) -> {});
    Vectors.changed(
        "cifar-main.grads",
        folder,
        lab.manager(),
        (tensors, metadata) -> metadata.put("global_norm", "large"));
    Verification verification = ReferenceVerifier.fast().verify(folder, c -> {});
    assertThat(verification.cases())
        .filteredOn(c -> !c.ok())
        .extracting(Verification.Case::error)
        .containsExactly("its metadata global_norm is 'large'");
  }

  @Test
  void aFileAboutNothingKnownFails() throws IOException {
    Verification.Case c =
        verify(
            "net-conv2d",
            (tensors, metadata) -> {
              tensors.clear();
              tensors.put("in/q", lab.manager().ones(new Shape(2)));
            });
    assertThat(c.error()).contains("in/q");
  }

  @Test
  void gradientsWithoutTheirModelFail() throws IOException {
    Verification.Case c = verify("cifar-main.grads", (tensors, metadata) -> {});
    assertThat(c.error()).contains("no model 'cifar-main'");
  }

  @Test
  void aMissingEmptyOrDamagedFolderIsRefused() throws IOException {
    ReferenceVerifier verifier = ReferenceVerifier.fast();
    assertThatThrownBy(() -> verifier.verify(folder.resolve("none"), c -> {}))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> verifier.verify(folder, c -> {}))
        .isInstanceOf(NoSuchFileException.class);
    Files.write(folder.resolve("x.safetensors"), new byte[20]);
    assertThatThrownBy(() -> verifier.verify(folder, c -> {}))
        .isInstanceOf(DamagedSafetensorsException.class)
        .hasMessageContaining("x.safetensors");
  }
}
