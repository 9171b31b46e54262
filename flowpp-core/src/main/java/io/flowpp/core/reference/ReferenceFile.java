package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.weights.Safetensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One file of another implementation's numbers: inputs under {@code in/}, weights under {@code
 * var/}, results under {@code out/} (float64), {@code out32/} (float32), {@code exact/} and {@code
 * grad/}.
 */
record ReferenceFile(String name, Safetensors tensors) {
  static final String ENDING = ".safetensors";

  static ReferenceFile open(Path file) {
    String name = file.getFileName().toString();
    return new ReferenceFile(
        name.substring(0, name.length() - ENDING.length()), Safetensors.open(file));
  }

  boolean has(String tensor) {
    return tensors.entries().containsKey(tensor);
  }

  boolean hasAll(String... wanted) {
    return List.of(wanted).stream().allMatch(this::has);
  }

  boolean hasUnder(String prefix) {
    return tensors.names().stream().anyMatch(n -> n.startsWith(prefix));
  }

  /** Names that begin with {@code prefix}, without it. */
  List<String> under(String prefix) {
    return tensors.names().stream()
        .filter(n -> n.startsWith(prefix))
        .map(n -> n.substring(prefix.length()))
        .toList();
  }

  /**
   * @throws NotUnderstoodException if the file has no such tensor
   */
  Shape shape(String tensor) {
    Safetensors.Entry entry = tensors.entries().get(tensor);
    if (entry == null) {
      throw new NotUnderstoodException("it has no " + tensor);
    }
    return entry.shape();
  }

  boolean isFloat32(String tensor) {
    Safetensors.Entry entry = tensors.entries().get(tensor);
    return entry != null && entry.type() == DataType.FLOAT32;
  }

  NDArray read(String tensor, DataType type, NDManager manager) {
    shape(tensor);
    return tensors.read(tensor, manager).toType(type, false);
  }

  double[] values(String tensor, NDManager manager) {
    return read(tensor, DataType.FLOAT64, manager).toDoubleArray();
  }

  Optional<String> metadata(String key) {
    return Optional.ofNullable(tensors.metadata().get(key));
  }

  /**
   * @throws NotUnderstoodException if it is no whole number
   */
  Optional<Integer> number(String key) {
    return metadata(key)
        .map(
            text -> {
              try {
                return Integer.valueOf(text);
              } catch (NumberFormatException e) {
                throw new NotUnderstoodException("its metadata " + key + " is '" + text + "'", e);
              }
            });
  }
}
