package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.train.Trainings.Heard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several devices share each batch as several threads of one do, each with weights of its own. */
class DataParallelTest {
  private static final int STEPS = 6;

  @TempDir Path directory;

  @Test
  void severalDevicesGiveBitForBitWhatOneGivesThatCutsTheBatchAsOften() throws IOException {
    TrainingRequest one = request("one", "cpu", 3);
    TrainingRequest three = request("three", "cpu,cpu,cpu", 3);
    TrainingRequest uneven = request("uneven", "cpu,cpu", 3);
    TrainingResult expected = Trainings.run(one, new Heard());
    for (TrainingRequest shared : List.of(three, uneven)) {
      TrainingResult result = Trainings.run(shared, new Heard());
      assertThat(Trainings.losses(result)).isEqualTo(Trainings.losses(expected));
      assertThat(Files.mismatch(state(shared), state(one))).isEqualTo(-1);
      assertThat(result.validations()).isEqualTo(expected.validations());
    }
  }

  @Test
  void twoDevicesEqualOneLargeBatchToRounding() {
    TrainingResult large = Trainings.run(request("large", "cpu", 1), new Heard());
    TrainingResult shared = Trainings.run(request("shared", "cpu,cpu", 1), new Heard());
    for (int i = 0; i < STEPS; i++) {
      assertThat(shared.curve().get(i).bitsPerDim())
          .isCloseTo(large.curve().get(i).bitsPerDim(), within(1e-4));
      assertThat(shared.curve().get(i).gradientNorm())
          .isCloseTo(large.curve().get(i).gradientNorm(), within(1e-3));
    }
  }

  @Test
  void allCopiesGoOnFromTheCheckpoint() throws IOException {
    TrainingRequest whole = request("whole", "cpu,cpu", 2);
    TrainingResult expected = Trainings.run(whole, new Heard());
    TrainingRequest cut = request("cut", "cpu,cpu", 2);
    Heard first = new Heard();
    Trainings.run(cut, first, Batches::of, () -> first.steps.size() == 3);
    Heard second = new Heard();
    TrainingResult resumed = Trainings.run(cut, second);
    assertThat(second.starts).containsExactly(3);
    assertThat(second.notices).isEmpty();
    assertThat(Trainings.losses(resumed)).isEqualTo(Trainings.losses(expected));
    assertThat(Files.mismatch(state(cut), state(whole))).isEqualTo(-1);
  }

  @Test
  void copiesAreEqualOnceSpreadAndOnlyThen() {
    FlowPlusPlus model = FlowPlusPlus.build(Trainings.MODEL);
    try (Lab lab = new Lab();
        Workers workers = Workers.of(1)) {
      Kernels kernels = lab.kernels();
      Weights weights =
          Weights.random(lab.manager(), kernels, model.parameters(), DataType.FLOAT32, 1);
      List<Weights> read = new java.util.ArrayList<>();
      TrainingRequest request = request("copies", "cpu,cpu", 2);
      try (DataParallel parallel =
          new DataParallel(
              List.of("cpu", "cpu"),
              new int[] {1, 1},
              2,
              workers,
              new Placed(lab.manager(), kernels, weights),
              null,
              (on, gathering) -> {
                read.add(on.weights());
                return new Replica(
                    request,
                    model,
                    Objective.BOUND,
                    Memory.FAST,
                    on.manager(),
                    on.kernels(),
                    on.weights(),
                    gathering,
                    Batches::of);
              })) {
        assertThat(parallel.shares()).isEqualTo(2);
        assertThat(read.get(0)).isSameAs(weights);
        assertThat(values(read.get(1))).isEqualTo(values(weights));
        NDArray moved = weights.flat().add(1f);
        kernels.call("copy").with(moved).with(weights.flat()).run();
        assertThat(values(read.get(1))).isNotEqualTo(values(weights));
        parallel.spread();
        assertThat(values(read.get(1))).isEqualTo(values(weights));
      }
    }
  }

  @Test
  void aShareThatIsNotFiniteLeavesAllDevicesAsTheyWere() throws IOException {
    // the last image of the third batch, which the second device reads
    int[] calls = {0};
    TrainingRequest request = request("fault", "cpu,cpu", 2);
    BatchReader broken =
        (images, indices, manager) -> {
          NDArray x = Batches.of(images, indices, manager);
          synchronized (calls) {
            return ++calls[0] == 5 ? x.mul(Float.NaN) : x;
          }
        };
    Heard heard = new Heard();
    Trainings.run(request, heard, broken, Trainings.NEVER);
    assertThat(heard.skips).hasSize(1);
    assertThat(heard.steps).hasSize(STEPS - 1);
    assertThat(heard.steps).allMatch(step -> Double.isFinite(step.bitsPerDim()));
  }

  @Test
  void threadsAreSharedAmongTheCpus() {
    assertThat(DataParallel.threads(List.of("cpu"), 4)).containsExactly(4);
    assertThat(DataParallel.threads(List.of("auto"), 4)).containsExactly(4);
    assertThat(DataParallel.threads(List.of("cpu", "cpu"), 5)).containsExactly(2, 3);
    assertThat(DataParallel.threads(List.of("cpu", "cpu", "cpu"), 2)).containsExactly(1, 1, 1);
    assertThat(DataParallel.threads(List.of("cuda:0", "cpu"), 4)).containsExactly(4, 4);
  }

  @Test
  void namesOfDevicesAreCheckedBeforeAnythingIsOpened() {
    assertThat(ComputeDevice.list("cuda:0,cuda:1,cpu,cpu"))
        .containsExactly("cuda:0", "cuda:1", "cpu", "cpu");
    assertThatThrownBy(() -> ComputeDevice.list("cuda:1,cuda:01"))
        .hasMessage("devices cuda:1,cuda:01: cuda:01 is named twice");
    assertThatThrownBy(() -> ComputeDevice.list("auto,cpu"))
        .hasMessage("devices auto,cpu: auto stands alone");
    assertThatThrownBy(() -> ComputeDevice.list("cpu,"))
        .hasMessage("no device ''; use auto, cpu or cuda:N");
  }

  private TrainingRequest request(String name, String device, int threads) {
    TrainingRequest r = Trainings.request(directory.resolve(name), Trainings.spec(STEPS), threads);
    return new TrainingRequest(
        r.model(),
        r.training(),
        r.train(),
        r.validation(),
        r.seed(),
        r.checkpoints(),
        null,
        device,
        threads);
  }

  private static Path state(TrainingRequest request) {
    return request.checkpoints().resolve("step-0000000" + STEPS).resolve("state.safetensors");
  }

  private static float[] values(Weights weights) {
    return weights.flat().toFloatArray();
  }
}
