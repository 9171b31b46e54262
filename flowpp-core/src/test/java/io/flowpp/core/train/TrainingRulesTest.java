package io.flowpp.core.train;

import static io.flowpp.core.train.Trainings.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.spec.ComputeSpec;
import io.flowpp.core.spec.KeepSpec;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.SyntheticImages;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.core.train.Trainings.Heard;
import io.flowpp.core.weights.Safetensors;
import io.flowpp.core.weights.WeightFile;
import io.flowpp.core.weights.WeightMismatchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Micro-batches, averages, ends, and which checkpoints stay. */
class TrainingRulesTest {
  @TempDir Path directory;

  @Test
  void microBatchesAddUpToTheWholeBatchAndRepeatBitForBit() throws IOException {
    TrainingResult whole = Trainings.run(request("whole", Trainings.spec(5), 1), new Heard());
    TrainingResult parts = Trainings.run(request("parts", micro(5, 4), 1), new Heard());
    for (int i = 0; i < 5; i++) {
      assertThat(parts.curve().get(i).bitsPerDim())
          .isCloseTo(whole.curve().get(i).bitsPerDim(), within(1e-4));
      assertThat(parts.curve().get(i).gradientNorm())
          .isCloseTo(whole.curve().get(i).gradientNorm(), within(1e-3));
    }
    // one image at a time on two threads, interrupted and resumed
    TrainingResult expected = Trainings.run(request("singly", micro(5, 1), 2), new Heard());
    Heard first = new Heard();
    TrainingRequest cut = request("cut", micro(5, 1), 2);
    Trainings.run(cut, first, Batches::of, () -> first.steps.size() == 3);
    TrainingResult resumed = Trainings.run(cut, new Heard());
    assertThat(Trainings.losses(resumed)).isEqualTo(Trainings.losses(expected));
    assertThat(Files.mismatch(state(cut, 5), state(request("singly", micro(5, 1), 2), 5)))
        .isEqualTo(-1);
  }

  @Test
  void theAverageForgetsTheStartSoonerWithAWarmup() {
    assertThat(Adam.decay(Trainings.spec(1), 1)).isEqualTo(.9);
    TrainingSpec warm = Trainings.spec(1).withEmaWarmup(true);
    assertThat(Adam.decay(warm, 1)).isEqualTo(2 / 11.);
    assertThat(Adam.decay(warm, 79)).isLessThan(.9);
    assertThat(Adam.decay(warm, 81)).isEqualTo(.9);
    TrainingRequest start = request("start", warm, 1);
    Trainings.run(start, new Heard(), Batches::of, () -> true);
    TrainingRequest moved = request("moved", warm, 1);
    Trainings.run(moved, new Heard());
    try (Lab lab = new Lab()) {
      Map<String, NDArray> before = Safetensors.open(state(start, 0)).read(lab.manager());
      Map<String, NDArray> after = Safetensors.open(state(moved, 1)).read(lab.manager());
      float[] from = before.get("weights").toFloatArray();
      float[] to = after.get("weights").toFloatArray();
      float[] average = after.get("average").toFloatArray();
      for (int i = 0; i < from.length; i++) {
        assertThat((double) average[i])
            .isCloseTo(2 / 11. * from[i] + 9 / 11. * to[i], within(1e-6));
      }
    }
  }

  @Test
  void thePatienceCountsValidationsSinceTheFirstLowestOne() {
    TrainingSpec training = Trainings.spec(100).withPatience(2);
    assertThat(Best.isPatienceOver(training, List.of())).isFalse();
    assertThat(Best.isPatienceOver(training, validations(3, 2, 2))).isFalse();
    assertThat(Best.isPatienceOver(training, validations(3, 2, 2, 2.5))).isTrue();
    assertThat(Best.isPatienceOver(training, validations(3, 2, Double.NaN, 1))).isFalse();
    assertThat(Best.isPatienceOver(training, validations(Double.NaN, Double.NaN))).isTrue();
    assertThat(Best.isPatienceOver(Trainings.spec(100), validations(1, 2, 3, 4, 5))).isFalse();
    assertThat(Best.step(validations(3, 1, 1, 2), 100)).hasValue(4);
    assertThat(Best.step(validations(3, 1, 1, 2), 3)).hasValue(2);
    assertThat(Best.step(validations(Double.NaN), 100)).isEmpty();
  }

  @Test
  void aTrainingThatOnlyGetsWorseEndsByItsPatienceAndCanHandOnItsBestWeights() throws IOException {
    TrainingSpec worse = Trainings.spec(60, .9).withPatience(3);
    TrainingRequest request = request("best", worse.with(TrainingSpec.Outcome.BEST), 1);
    Heard heard = new Heard();
    TrainingResult result = Trainings.run(request, heard);
    assertThat(result.cancelled()).isFalse();
    assertThat(result.step()).isLessThan(60);
    int best = Best.step(heard.validations, 60).orElseThrow();
    assertThat(result.step()).isEqualTo(best + 3 * 2);
    Path checkpoint = request.checkpoints().resolve(String.format("step-%08d", best));
    assertThat(result.weights()).isEqualTo(checkpoint.resolve("weights.safetensors"));
    assertThat(result.best()).isEqualTo(result.weights());
    TrainingResult last = Trainings.run(request("last", worse, 1), new Heard());
    assertThat(last.weights().getParent().getFileName())
        .hasToString(String.format("step-%08d", last.step()));
    assertThat(last.weightsSha256()).isNotEqualTo(result.weightsSha256());
    assertThat(Files.mismatch(last.best(), result.weights())).isEqualTo(-1);
    // asked again, nothing is computed and the same is said
    Heard again = new Heard();
    assertThat(Trainings.run(request, again).weightsSha256()).isEqualTo(result.weightsSha256());
    assertThat(again.steps).isEmpty();
  }

  @Test
  void overfittingReadsTheFirstBatchesOnly() {
    Set<List<Integer>> read = new HashSet<>();
    BatchReader noting =
        (images, indices, manager) -> {
          read.add(Arrays.stream(indices).boxed().toList());
          return Batches.of(images, indices, manager);
        };
    Trainings.run(
        request("a", Trainings.spec(7).withOverfitBatches(2), 1), new Heard(), noting, NEVER);
    assertThat(read).hasSize(2);
  }

  @Test
  void theLastTheBestTheNamedAndThoseKeptForGoodStay() throws IOException {
    KeepSpec keep = new KeepSpec(2, 6, List.of(new KeepSpec.Named("early", 3)));
    TrainingRequest request = request("a", Trainings.spec(15).with(keep), 1);
    Heard heard = new Heard();
    Trainings.run(request, heard);
    int best = Best.step(heard.validations, 15).orElseThrow();
    Set<String> expected =
        new TreeSet<>(
            List.of(
                "named-early", "step-00000006", "step-00000012", "step-00000014", "step-00000015"));
    expected.add(String.format("step-%08d", best));
    for (int kept : List.of(12, 14)) {
      expected.add(String.format("step-%08d", Best.step(heard.validations, kept).orElseThrow()));
    }
    assertThat(names(request.checkpoints())).isEqualTo(expected);
    assertThat(Checkpoint.state(request.checkpoints().resolve("named-early")).step()).isEqualTo(3);
    assertThat(heard.checkpoints).isSorted().contains(2, 3, 4, 6, 12, 14, 15);
  }

  @Test
  void aCheckpointTellsAllThatATrainingIsMadeOf() {
    TrainingRequest request = request("a", Trainings.spec(4), 1);
    Trainings.run(request, new Heard());
    Checkpoint.State state = Checkpoint.state(request.checkpoints().resolve("step-00000004"));
    assertThat(state.seed()).isEqualTo(Trainings.SEED);
    assertThat(state.threads()).isEqualTo(1);
    assertThat(state.data().batch()).isEqualTo(4);
    assertThat(state.data().epochs()).isEqualTo(4 * 6 / 50.);
    assertThat(state.training().at("/optimizer/learningRate").asDouble()).isEqualTo(2e-3);
    assertThat(state.training().at("/schedule/kind").asText()).isEqualTo("constant");
    assertThat(state.spec().path("bits").asInt()).isEqualTo(8);
    assertThat(state.stateSha256()).isEqualTo(WeightFile.fileSha256(state(request, 4)));
  }

  @Test
  void anotherNumberOfThreadsIsToldAndAnotherSeedRefused() {
    TrainingRequest one = request("a", Trainings.spec(2), 1);
    Trainings.run(one, new Heard());
    Heard heard = new Heard();
    Trainings.run(request("a", Trainings.spec(3), 2), heard);
    assertThat(heard.notices)
        .singleElement()
        .asString()
        .contains("goes on with 2 threads what 1 computed");
    TrainingRequest other =
        new TrainingRequest(
            one.model(),
            Trainings.spec(5),
            one.train(),
            one.validation(),
            8,
            one.checkpoints(),
            null,
            "cpu",
            2);
    assertThatThrownBy(() -> Trainings.run(other, new Heard()))
        .isInstanceOfSatisfying(
            WeightMismatchException.class,
            e -> assertThat(e.differences()).containsExactly("seed: 7 there, 8 here"));
  }

  @Test
  void aCheckpointThatCannotBeWrittenEndsTheTraining() throws IOException {
    Path file = Files.createFile(directory.resolve("in-the-way"));
    TrainingRequest request =
        Trainings.request(
            file, Trainings.spec(6), 1, new SyntheticImages(Trainings.MODEL.shape(), 50, 1));
    Heard heard = new Heard();
    assertThatThrownBy(() -> Trainings.run(request, heard))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("writing the checkpoint");
    assertThat(heard.checkpoints).isEmpty();
  }

  private static List<Validation> validations(double... bits) {
    List<Validation> all = new java.util.ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      all.add(new Validation(2 * (i + 1), bits[i], 0));
    }
    return all;
  }

  private static TrainingSpec micro(int steps, int images) {
    return Trainings.spec(steps).with(new ComputeSpec(Memory.AUTO, Precision.FP32, images, false));
  }

  private TrainingRequest request(String name, TrainingSpec training, int threads) {
    return Trainings.request(directory.resolve(name), training, threads);
  }

  private static Path state(TrainingRequest request, int step) {
    return request
        .checkpoints()
        .resolve(String.format("step-%08d", step))
        .resolve("state.safetensors");
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new TreeSet<>(files.map(f -> f.getFileName().toString()).toList());
    }
  }
}
