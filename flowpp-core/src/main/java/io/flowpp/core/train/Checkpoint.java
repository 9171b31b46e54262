package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.weights.Safetensors;
import io.flowpp.core.weights.WeightFile;
import io.flowpp.core.weights.WeightMismatchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A training at rest, in a directory: {@code state.safetensors} holds weights, Adam's moments and
 * the averaged weights as flat vectors, {@code weights.safetensors} the averaged weights by name,
 * {@code state.json} the rest.
 */
final class Checkpoint {
  static final String WEIGHTS = "weights.safetensors";
  static final String WEIGHTS_TENSOR = "weights";
  static final String AVERAGE_TENSOR = "average";
  static final String FIRST_TENSOR = "adam/first";
  static final String SECOND_TENSOR = "adam/second";
  private static final String STATE = "state.safetensors";
  private static final String JSON = "state.json";
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private Checkpoint() {}

  /**
   * What is no tensor.
   *
   * @param threads that shared each batch: results are equal bit for bit at the same number only
   * @param weightsSha256 digest of the averaged weights; null until they are written
   * @param stateSha256 digest of the file of tensors; null until it is written
   * @param spec of the model
   * @param training the rules
   */
  record State(
      @JsonProperty("step") int step,
      @JsonProperty("seconds") double seconds,
      @JsonProperty("threads") int threads,
      @JsonProperty("seed") long seed,
      @JsonProperty("data") DataPosition data,
      @JsonProperty("health") Health health,
      @JsonProperty("weightsSha256") @Nullable String weightsSha256,
      @JsonProperty("stateSha256") @Nullable String stateSha256,
      @JsonProperty("spec") JsonNode spec,
      @JsonProperty("training") JsonNode training,
      @JsonProperty("curve") List<TrainingListener.Step> curve,
      @JsonProperty("validations") List<TrainingListener.Validation> validations,
      @JsonProperty("skips") List<TrainingListener.Skip> skips,
      @JsonProperty("returns") List<TrainingListener.Return> returns) {

    State withDigests(String ofWeights, String ofState) {
      return new State(
          step,
          seconds,
          threads,
          seed,
          data,
          health,
          ofWeights,
          ofState,
          spec,
          training,
          curve,
          validations,
          skips,
          returns);
    }
  }

  /**
   * Where the data are read on: a function of the seed, the returns and the step, told for people.
   *
   * @param orderSeed of the order of images
   * @param batch the next one, counted from 0
   * @param epochs read so far
   */
  record DataPosition(
      @JsonProperty("orderSeed") long orderSeed,
      @JsonProperty("batch") long batch,
      @JsonProperty("epochs") double epochs) {}

  /** Writes the files of a checkpoint into an empty directory. */
  static void write(Path directory, State state, ModelSpec spec, Snapshot tensors) {
    Safetensors.write(directory.resolve(STATE), tensors.state(), Map.of());
    WeightFile.write(directory.resolve(WEIGHTS), tensors.average(), spec);
    State whole =
        state.withDigests(
            WeightFile.sha256(tensors.average()), WeightFile.fileSha256(directory.resolve(STATE)));
    try {
      MAPPER.writeValue(directory.resolve(JSON).toFile(), whole);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + directory.resolve(JSON), e);
    }
  }

  /** What is no tensor. */
  static State state(Path checkpoint) {
    try {
      return MAPPER.readValue(checkpoint.resolve(JSON).toFile(), State.class);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the checkpoint " + checkpoint, e);
    }
  }

  /**
   * Fills weights, average and moments from {@code checkpoint}.
   *
   * @throws WeightMismatchException if it is one of another model than {@code spec}, or of another
   *     seed
   */
  static State read(
      Path checkpoint,
      ModelSpec spec,
      long seed,
      Weights weights,
      Weights average,
      Adam adam,
      Kernels kernels) {
    try (NDManager scratch = weights.flat().getManager().newSubManager()) {
      State state = state(checkpoint);
      String digest = WeightFile.fileSha256(checkpoint.resolve(STATE));
      if (!digest.equals(state.stateSha256())) {
        throw new DamagedCheckpointException(checkpoint, digest, state.stateSha256());
      }
      requireSame(checkpoint, state, spec, seed, weights);
      Map<String, NDArray> tensors = Safetensors.open(checkpoint.resolve(STATE)).read(scratch);
      fill(weights.flat(), tensors, WEIGHTS_TENSOR, checkpoint, kernels);
      fill(average.flat(), tensors, AVERAGE_TENSOR, checkpoint, kernels);
      fill(adam.firstMoment(), tensors, FIRST_TENSOR, checkpoint, kernels);
      fill(adam.secondMoment(), tensors, SECOND_TENSOR, checkpoint, kernels);
      return state;
    }
  }

  private static void requireSame(
      Path checkpoint, State state, ModelSpec spec, long seed, Weights weights) {
    List<String> differences =
        new ArrayList<>(
            WeightFile.differences(checkpoint.resolve(WEIGHTS), weights.parameters(), ""));
    differences.addAll(WeightFile.differences(state.spec(), spec, true));
    if (state.seed() != seed) {
      differences.add("seed: " + state.seed() + " there, " + seed + " here");
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
}
