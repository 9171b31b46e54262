package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.weights.Safetensors;
import io.flowpp.core.weights.WeightFile;
import io.flowpp.core.weights.WeightMismatchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A training at rest: a directory {@code step-NNNNNNNN} that appears whole or not at all. {@code
 * state.safetensors} holds weights, Adam's moments and the averaged weights as flat vectors, {@code
 * weights.safetensors} the averaged weights by name, {@code state.json} the rest.
 */
final class Checkpoint {
  static final String WEIGHTS = "weights.safetensors";
  private static final String STATE = "state.safetensors";
  private static final String JSON = "state.json";
  private static final String PREFIX = "step-";
  private static final int KEPT = 2;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Checkpoint() {}

  /**
   * What is no tensor.
   *
   * @param threads that shared each batch: results are equal bit for bit at the same number only
   * @param stateSha256 digest of the file of tensors
   * @param spec of the model; checkpoints of old do not say it
   */
  record State(
      @JsonProperty("step") int step,
      @JsonProperty("seconds") double seconds,
      @JsonProperty("threads") int threads,
      @JsonProperty("weightsSha256") String weightsSha256,
      @JsonProperty("stateSha256") @Nullable String stateSha256,
      @JsonProperty("spec") @Nullable JsonNode spec,
      @JsonProperty("curve") List<TrainingListener.Step> curve,
      @JsonProperty("validations") List<TrainingListener.Validation> validations) {

    State withStateSha256(String digest) {
      return new State(step, seconds, threads, weightsSha256, digest, spec, curve, validations);
    }
  }

  /** The newest whole checkpoint under {@code directory} that is not beyond {@code steps}. */
  static Optional<Path> latest(Path directory, int steps) {
    return upTo(directory, steps).stream().max(Comparator.naturalOrder());
  }

  /** Writes a checkpoint and takes away all earlier ones but one. */
  static Path write(
      Path directory, State state, ModelSpec spec, Weights weights, Weights average, Adam adam) {
    Path target = directory.resolve(String.format("%s%08d", PREFIX, state.step()));
    try {
      Files.createDirectories(directory);
      deleteIncomplete(directory);
      Path temporary = Files.createTempDirectory(directory, "incomplete-");
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("weights", weights.flat());
      tensors.put("average", average.flat());
      tensors.put("adam/first", adam.firstMoment());
      tensors.put("adam/second", adam.secondMoment());
      Safetensors.write(temporary.resolve(STATE), tensors, Map.of());
      WeightFile.write(temporary.resolve(WEIGHTS), average, spec);
      String digest = WeightFile.fileSha256(temporary.resolve(STATE));
      MAPPER.writeValue(temporary.resolve(JSON).toFile(), state.withStateSha256(digest));
      for (String file : List.of(STATE, WEIGHTS, JSON)) {
        try (FileChannel channel =
            FileChannel.open(temporary.resolve(file), StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
      if (Files.exists(target)) {
        delete(target);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      prune(directory, state.step());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "writing the checkpoint " + target + "; the one before it is whole", e);
    }
    return target;
  }

  /**
   * Fills weights, average and moments from {@code checkpoint}.
   *
   * @throws WeightMismatchException if it is one of another model than {@code spec}
   */
  static State read(
      Path checkpoint,
      ModelSpec spec,
      Weights weights,
      Weights average,
      Adam adam,
      Kernels kernels) {
    try (NDManager scratch = weights.flat().getManager().newSubManager()) {
      State state = MAPPER.readValue(checkpoint.resolve(JSON).toFile(), State.class);
      String digest = WeightFile.fileSha256(checkpoint.resolve(STATE));
      if (!digest.equals(state.stateSha256())) {
        throw new DamagedCheckpointException(checkpoint, digest, state.stateSha256());
      }
      requireSame(checkpoint, state, spec, weights);
      Map<String, NDArray> tensors = Safetensors.open(checkpoint.resolve(STATE)).read(scratch);
      fill(weights.flat(), tensors, "weights", checkpoint, kernels);
      fill(average.flat(), tensors, "average", checkpoint, kernels);
      fill(adam.firstMoment(), tensors, "adam/first", checkpoint, kernels);
      fill(adam.secondMoment(), tensors, "adam/second", checkpoint, kernels);
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException("reading the checkpoint " + checkpoint, e);
    }
  }

  private static void requireSame(Path checkpoint, State state, ModelSpec spec, Weights weights) {
    List<String> differences =
        new ArrayList<>(
            WeightFile.differences(checkpoint.resolve(WEIGHTS), weights.parameters(), ""));
    if (state.spec() != null) {
      differences.addAll(WeightFile.differences(state.spec(), spec, true));
    }
    if (!differences.isEmpty()) {
      throw new WeightMismatchException(checkpoint, differences);
    }
  }

  private static void fill(
      NDArray target, Map<String, NDArray> tensors, String name, Path checkpoint, Kernels kernels) {
    NDArray source = tensors.get(name);
    if (source == null || !source.getShape().equals(target.getShape())) {
      throw new IllegalStateException(
          checkpoint + " holds no " + name + " of shape " + target.getShape());
    }
    kernels.call("copy").with(source).with(target).run();
  }

  private static List<Path> all(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.getFileName().toString().startsWith(PREFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + directory, e);
    }
  }

  private static List<Path> upTo(Path directory, int step) {
    String last = String.format("%s%08d", PREFIX, step);
    return all(directory).stream()
        .filter(f -> f.getFileName().toString().compareTo(last) <= 0)
        .toList();
  }

  private static void prune(Path directory, int step) throws IOException {
    List<Path> whole = upTo(directory, step);
    for (Path old : whole.subList(0, Math.max(0, whole.size() - KEPT))) {
      delete(old);
    }
  }

  private static void deleteIncomplete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path left :
          files.filter(f -> f.getFileName().toString().startsWith("incomplete-")).toList()) {
        delete(left);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    // a name that is no checkpoint's, first: a crash half-way must not leave a broken one
    Path doomed = directory.resolveSibling("incomplete-" + directory.getFileName());
    if (!directory.getFileName().toString().startsWith("incomplete-")) {
      try {
        Files.move(directory, doomed, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException e) {
        throw new IOException(doomed + " is in the way", e);
      }
    } else {
      doomed = directory;
    }
    try (Stream<Path> files = Files.walk(doomed)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
