package io.flowpp.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
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
import java.util.List;
import java.util.Map;

/** Reads and writes weights as safetensors under the parameters' names. */
public final class WeightFile {
  private WeightFile() {}

  /** Writes the parameters whose names begin with {@code prefix}. */
  public static void write(Path file, Weights weights, String prefix) {
    NDList named = new NDList();
    for (Parameter p : weights.parameters()) {
      if (p.name().startsWith(prefix)) {
        NDArray view = weights.get(p);
        view.setName(p.name());
        named.add(view);
      }
    }
    writeTensors(file, named);
  }

  /** Writes tensors under the names that they carry. */
  public static void writeTensors(Path file, NDList named) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      named.encode(out, NDList.Encoding.SAFETENSORS);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + file, e);
    }
  }

  /** The tensors of a file by name, owned by {@code manager}. */
  public static Map<String, NDArray> readTensors(Path file, NDManager manager) {
    Map<String, NDArray> tensors = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (NDArray tensor : NDList.decode(manager, in)) {
        tensors.put(tensor.getName(), tensor);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
    return tensors;
  }

  /**
   * Fills the parameters whose names begin with {@code prefix} from {@code file}.
   *
   * @throws WeightMismatchException if the file lacks one, has another shape of it, or holds others
   *     under that prefix
   */
  public static void read(Path file, Weights weights, String prefix, Kernels kernels) {
    try (NDManager scratch = weights.flat().getManager().newSubManager()) {
      Map<String, NDArray> tensors = readTensors(file, scratch);
      List<String> differences = new ArrayList<>();
      for (Parameter p : weights.parameters()) {
        if (!p.name().startsWith(prefix)) {
          continue;
        }
        NDArray tensor = tensors.remove(p.name());
        if (tensor == null) {
          differences.add(p.name() + " " + p.shape() + " is missing");
        } else if (!tensor.getShape().equals(p.shape())) {
          differences.add(p.name() + " is " + tensor.getShape() + ", the model has " + p.shape());
        } else if (differences.isEmpty()) {
          weights.assign(p, tensor.toType(weights.flat().getDataType(), false), kernels);
        }
      }
      tensors.keySet().stream()
          .filter(n -> n.startsWith(prefix))
          .sorted()
          .forEach(n -> differences.add(n + " is unknown to the model"));
      if (!differences.isEmpty()) {
        throw new WeightMismatchException(file, differences);
      }
    }
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
