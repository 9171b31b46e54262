package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.weights.Safetensors;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** The folder with the authors' numbers, and files of it with something changed. */
final class Vectors {
  static final Path FOLDER =
      Path.of(
          URI.create(Objects.requireNonNull(Vectors.class.getResource("/reference")).toString()));

  private Vectors() {}

  static Path file(String name) {
    return FOLDER.resolve(name + ".safetensors");
  }

  /** Writes a file into {@code folder} after {@code change} to its tensors and metadata. */
  static void changed(
      String name,
      Path folder,
      NDManager manager,
      BiConsumer<Map<String, NDArray>, Map<String, String>> change) {
    Safetensors source = Safetensors.open(file(name));
    Map<String, NDArray> tensors = new LinkedHashMap<>(source.read(manager));
    Map<String, String> metadata = new HashMap<>(source.metadata());
    change.accept(tensors, metadata);
    Safetensors.write(folder.resolve(name + ".safetensors"), tensors, metadata);
  }
}
