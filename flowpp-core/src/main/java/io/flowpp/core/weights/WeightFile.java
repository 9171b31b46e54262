package io.flowpp.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and writes weights as safetensors under the parameters' names; the spec of their model lies
 * in the file's metadata, so that a model can be built from its weights alone.
 */
public final class WeightFile {
  private static final String SPEC = "flowpp.spec";

  private WeightFile() {}

  /** Writes all parameters of a model of {@code spec}. */
  public static void write(Path file, Weights weights, ModelSpec spec) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    weights.parameters().forEach(p -> named.put(p.name(), weights.get(p)));
    Safetensors.write(file, named, Map.of(SPEC, SpecJson.write(spec)));
  }

  /**
   * The spec of the model whose weights {@code file} holds; empty if the file does not say.
   *
   * @throws IllegalArgumentException if what it says is no spec
   */
  public static Optional<ModelSpec> readSpec(Path file) {
    return Optional.ofNullable(Safetensors.open(file).metadata().get(SPEC)).map(SpecJson::read);
  }

  /**
   * Fills the parameters whose names begin with {@code prefix} from {@code file}.
   *
   * @param spec the model of {@code weights}
   * @throws WeightMismatchException if the file lacks one, has another shape of it, or holds others
   *     under that prefix; or if the file says that its model was another one there
   */
  public static void read(
      Path file, Weights weights, ModelSpec spec, String prefix, Kernels kernels) {
    Safetensors source = Safetensors.open(file);
    List<String> differences = differences(source, weights.parameters(), prefix);
    String written = source.metadata().get(SPEC);
    if (written != null) {
      differences.addAll(
          differences(SpecJson.tree(SpecJson.read(written)), spec, prefix.isEmpty()));
    }
    if (!differences.isEmpty()) {
      throw new WeightMismatchException(file, differences);
    }
    for (Parameter p : weights.parameters()) {
      if (p.name().startsWith(prefix)) {
        try (NDManager scratch = weights.flat().getManager().newSubManager()) {
          NDArray tensor = source.read(p.name(), scratch);
          weights.assign(p, tensor.toType(weights.flat().getDataType(), false), kernels);
        }
      }
    }
  }

  /**
   * The tensors in which a file and a model differ, a line each; empty if the file fits.
   *
   * @param prefix only those whose names begin so
   */
  public static List<String> differences(Path file, List<Parameter> parameters, String prefix) {
    return differences(Safetensors.open(file), parameters, prefix);
  }

  private static List<String> differences(
      Safetensors source, List<Parameter> parameters, String prefix) {
    Map<String, Safetensors.Entry> entries = new HashMap<>(source.entries());
    List<String> differences = new ArrayList<>();
    for (Parameter p : parameters) {
      if (p.name().startsWith(prefix)) {
        Safetensors.Entry entry = entries.remove(p.name());
        if (entry == null) {
          differences.add(p.name() + " " + p.shape() + " is missing");
        } else if (!entry.shape().equals(p.shape())) {
          differences.add(p.name() + " is " + entry.shape() + ", the model has " + p.shape());
        }
      }
    }
    entries.keySet().stream()
        .filter(n -> n.startsWith(prefix))
        .sorted()
        .forEach(n -> differences.add(n + " is unknown to the model"));
    return differences;
  }

  /**
   * Where the spec of a file and that of a model give different functions: not in dropout and
   * precision, which the same weights may change.
   *
   * @param whole false to leave out the flow
   */
  public static List<String> differences(JsonNode written, ModelSpec spec, boolean whole) {
    return SpecJson.differences(written, SpecJson.tree(spec)).stream()
        .filter(line -> whole || !line.startsWith("flow"))
        .filter(line -> !line.contains("dropout: ") && !line.contains("arithmetic: "))
        .map(line -> "spec: " + line)
        .toList();
  }

  /** SHA-256 of a file's bytes. */
  public static String fileSha256(Path file) {
    MessageDigest digest = newSha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 over names, shapes and values, in the parameters' order. */
  public static String sha256(Weights weights) {
    MessageDigest digest = newSha256();
    for (Parameter p : weights.parameters()) {
      digest.update((p.name() + p.shape()).getBytes(StandardCharsets.UTF_8));
      digest.update(weights.get(p).toByteBuffer());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
