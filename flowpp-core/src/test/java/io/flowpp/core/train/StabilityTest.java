package io.flowpp.core.train;

import static io.flowpp.core.train.Trainings.BATCH;
import static io.flowpp.core.train.Trainings.IMAGES;
import static io.flowpp.core.train.Trainings.NEVER;
import static io.flowpp.core.train.Trainings.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.data.BatchOrder;
import io.flowpp.core.data.ImageSource;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.StabilitySpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.train.Trainings.Heard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings whose images are no numbers for some batches: skipped steps, returns, the end. */
class StabilityTest {
  private static final StabilitySpec TWO_THEN_BACK = new StabilitySpec(2, .25, 1);

  @TempDir Path directory;

  /** Gives NaN for the batches of some steps, as they come before any return. */
  private record Poison(Set<List<Integer>> batches) implements BatchReader {
    static Poison of(int... steps) {
      BatchOrder order = BatchOrder.of(Seeds.derive(SEED, "batches", 0), IMAGES, BATCH);
      Set<List<Integer>> batches = new HashSet<>();
      for (int step : steps) {
        batches.add(Arrays.stream(order.batch(step - 1L)).boxed().toList());
      }
      return new Poison(batches);
    }

    @Override
    public NDArray read(ImageSource images, int[] indices, NDManager manager) {
      NDArray x = Batches.of(images, indices, manager);
      return batches.contains(Arrays.stream(indices).boxed().toList()) ? spoiled(x) : x;
    }
  }

  private static NDArray spoiled(NDArray x) {
    return x.add(x.getManager().full(x.getShape(), Float.NaN));
  }

  @Test
  void aStepThatIsNotFiniteMovesNothingAndIsTold() throws IOException {
    Heard heard = new Heard();
    TrainingRequest request = Trainings.request(directory.resolve("a"), Trainings.spec(3), 1);
    TrainingResult skipping = Trainings.run(request, heard, Poison.of(3), NEVER);
    assertThat(heard.skips).hasSize(1);
    assertThat(heard.skips.get(0).step()).isEqualTo(3);
    assertThat(heard.skips.get(0).reason()).matches("(dequantizer|context|flow).*: .*not finite.*");
    assertThat(heard.steps).extracting(TrainingListener.Step::step).containsExactly(1, 2);
    assertThat(skipping.skips()).isEqualTo(heard.skips);
    assertThat(skipping.returns()).isEmpty();
    // weights, both moments and the average are those of a training that ends before it
    TrainingRequest shorter = Trainings.request(directory.resolve("b"), Trainings.spec(2), 1);
    Trainings.run(shorter, new Heard());
    assertThat(state(request, 3)).isEqualTo(state(shorter, 2));
  }

  @Test
  void aSkippedStepDoesNotCountForAdamsCorrections() {
    TrainingRequest request = Trainings.request(directory.resolve("a"), Trainings.spec(5), 2);
    TrainingResult result =
        Trainings.run(
            request,
            new Heard(),
            new PoisonAnyOf(
                BatchOrder.of(Seeds.derive(SEED, "batches", 0), IMAGES, BATCH).batch(2)),
            NEVER);
    assertThat(result.curve()).extracting(TrainingListener.Step::step).containsExactly(1, 2, 4, 5);
    Health health = Checkpoint.state(request.checkpoints().resolve("step-00000005")).health();
    assertThat(health).isEqualTo(new Health(4, 5, 0, 1, 0, 1));
  }

  /** Gives NaN for any share of one batch. */
  private record PoisonAnyOf(int[] batch) implements BatchReader {
    @Override
    public NDArray read(ImageSource images, int[] indices, NDManager manager) {
      NDArray x = Batches.of(images, indices, manager);
      String all = Arrays.toString(batch).replaceAll("[\\[\\]]", " ").replace(",", " ,");
      String some = Arrays.toString(indices).replaceAll("[\\[\\]]", " ").replace(",", " ,");
      return all.contains(some) ? spoiled(x) : x;
    }
  }

  @Test
  void someInARowLeadBackToTheLastGoodCheckpointWithALowerRateAndAnotherOrder() {
    Heard heard = new Heard();
    TrainingRequest request = returning("a");
    TrainingResult result = Trainings.run(request, heard, Poison.of(6, 7), NEVER);
    // the checkpoint of step 4 is good, since step 5 was finite
    assertThat(heard.returns).hasSize(1);
    TrainingListener.Return gone = heard.returns.get(0);
    assertThat(gone.from()).isEqualTo(7);
    assertThat(gone.to()).isEqualTo(4);
    assertThat(gone.rateFactor()).isEqualTo(.25);
    assertThat(gone.total()).isEqualTo(1);
    assertThat(gone.reason()).isEqualTo(heard.skips.get(0).reason());
    assertThat(heard.steps)
        .extracting(TrainingListener.Step::step)
        .containsExactly(1, 2, 3, 4, 5, 5, 6, 7, 8, 9);
    assertThat(result.curve())
        .extracting(TrainingListener.Step::step)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(result.curve().subList(4, 9))
        .allMatch(s -> s.learningRate() == 2e-3 * .25)
        .allMatch(s -> Double.isFinite(s.bitsPerDim()));
    assertThat(heard.steps.get(4).bitsPerDim()).isNotEqualTo(heard.steps.get(5).bitsPerDim());
    assertThat(result.skips()).hasSize(2);
    assertThat(result.returns()).isEqualTo(heard.returns);
    Health health = Checkpoint.state(request.checkpoints().resolve("step-00000009")).health();
    assertThat(health).isEqualTo(new Health(9, 9, 0, 2, 1, .25));
  }

  @Test
  void aCheckpointFromWhichNoStepWasFiniteIsNotGoneBackTo() {
    Heard heard = new Heard();
    // step 4 has a checkpoint, but what comes after it is not finite
    Trainings.run(returning("a"), heard, Poison.of(5, 6), NEVER);
    assertThat(heard.returns).extracting(TrainingListener.Return::to).containsExactly(2);
  }

  @Test
  void killedAfterItsReturnOrBeforeItEndsAtTheSameWeights() throws IOException {
    TrainingRequest whole = returning("whole");
    TrainingResult expected = Trainings.run(whole, new Heard(), Poison.of(6, 7), NEVER);
    for (int died : List.of(5, 8)) {
      TrainingRequest request = returning("died-" + died);
      int last = died;
      Heard dying = new Heard();
      assertThatThrownBy(
              () -> Trainings.run(request, new Dying(dying, last), Poison.of(6, 7), NEVER))
          .isInstanceOf(Dying.Death.class);
      TrainingResult resumed = Trainings.run(request, new Heard(), Poison.of(6, 7), NEVER);
      assertThat(state(request, 9)).as("died at call " + died).isEqualTo(state(whole, 9));
      assertThat(resumed.weightsSha256()).isEqualTo(expected.weightsSha256());
      assertThat(Trainings.losses(resumed)).isEqualTo(Trainings.losses(expected));
      assertThat(resumed.returns()).isEqualTo(expected.returns());
      assertThat(resumed.skips()).isEqualTo(expected.skips());
    }
  }

  /** Throws at one call of {@link #step}, as a process dies: nothing is tidied up. */
  private static final class Dying implements TrainingListener {
    static final class Death extends RuntimeException {}

    private final Heard heard;
    private final int last;

    Dying(Heard heard, int last) {
      this.heard = heard;
      this.last = last;
    }

    @Override
    public void started(int step, int steps) {}

    @Override
    public void step(Step step) {
      heard.step(step);
      if (heard.steps.size() == last) {
        throw new Death();
      }
    }

    @Override
    public void validated(Validation validation) {}

    @Override
    public void checkpointed(int step, Path directory) {}
  }

  @Test
  void afterSomeReturnsItStopsAndNamesTheLayer() {
    Heard heard = new Heard();
    TrainingRequest request = returning("a");
    BatchReader always =
        (images, indices, manager) -> spoiled(Batches.of(images, indices, manager));
    assertThatThrownBy(() -> Trainings.run(request, heard, always, NEVER))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "step 2: 2 steps in a row were not finite, after 1 return to a checkpoint; the first fault: (dequantizer|context|flow)\\S*.*not finite.*");
    // there was no checkpoint, so it began anew
    assertThat(heard.returns).extracting(TrainingListener.Return::to).containsExactly(0);
    assertThat(heard.steps).isEmpty();
  }

  @Test
  void aGradientThatIsNotFiniteIsTracedToAParameter() {
    try (Lab lab = new Lab()) {
      List<Parameter> parameters = FlowPlusPlus.build(Trainings.MODEL).parameters();
      long size = parameters.stream().mapToLong(p -> p.shape().size()).sum();
      NDArray gradient = lab.manager().zeros(new Shape(size), DataType.FLOAT32);
      assertThat(GradientFault.describe(parameters, List.of(gradient), lab.kernels()))
          .isEqualTo("the gradient: its norm overflows, though its values are finite");
      Parameter third = parameters.get(2);
      long begin = parameters.get(0).shape().size() + parameters.get(1).shape().size();
      gradient.set(
          new ai.djl.ndarray.index.NDIndex(String.valueOf(begin)), Float.POSITIVE_INFINITY);
      assertThat(GradientFault.describe(parameters, List.of(gradient), lab.kernels()))
          .contains(
              "to 1 of "
                  + parameters.size()
                  + " parameters; nearest to the loss is "
                  + third.name());
    }
  }

  private TrainingRequest returning(String name) {
    return Trainings.request(directory.resolve(name), Trainings.spec(9).with(TWO_THEN_BACK), 1);
  }

  private static byte[] state(TrainingRequest request, int step) throws IOException {
    return Files.readAllBytes(
        request
            .checkpoints()
            .resolve(String.format("step-%08d", step))
            .resolve("state.safetensors"));
  }
}
