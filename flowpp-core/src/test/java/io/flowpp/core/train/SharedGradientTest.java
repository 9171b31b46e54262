package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.kernel.KernelTimes;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ComputeSpec;
import io.flowpp.core.spec.Memory;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.Precision;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.testing.Specs;
import io.flowpp.core.train.Trainings.Heard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One gradient for all threads is the sum of their own, in their order. */
class SharedGradientTest {
  private static final int SHARES = 3;

  @TempDir Path directory;

  @Test
  void leanTrainingOnThreeThreadsIsThatOfFastMemoryBitForBit() throws IOException {
    TrainingRequest fast = request("fast", Memory.FAST, 0);
    TrainingRequest lean = request("lean", Memory.LEAN, 0);
    TrainingResult expected = Trainings.run(fast, new Heard());
    TrainingResult result = Trainings.run(lean, new Heard());
    assertThat(Trainings.losses(result)).isEqualTo(Trainings.losses(expected));
    assertThat(Files.mismatch(state(lean), state(fast))).isEqualTo(-1);
  }

  @Test
  void soItIsWithMicroBatches() throws IOException {
    TrainingRequest fast = request("fast", Memory.FAST, 1);
    TrainingRequest lean = request("lean", Memory.LEAN, 1);
    Trainings.run(fast, new Heard());
    Trainings.run(lean, new Heard());
    assertThat(Files.mismatch(state(lean), state(fast))).isEqualTo(-1);
  }

  /** Whose networks bring all their gradients at once, and whose images walk one by one. */
  @Test
  void soItIsWithNetworksThatTheJvmComputes() throws IOException {
    ModelSpec small =
        Specs.tiny(1, Specs.mixture(4, Specs.conditioner(16, 1, Specs.ATTENTION, .2)));
    KernelTimes times = new KernelTimes();
    TrainingRequest fast = of(small, request("fast", Memory.FAST, 0));
    TrainingRequest lean = of(small, request("lean", Memory.LEAN, 0));
    FlowTrainer.train(fast, new Heard(), Trainings.NEVER, times);
    assertThat(times.seconds()).containsKey("network_back");
    Trainings.run(lean, new Heard());
    assertThat(Files.mismatch(state(lean), state(fast))).isEqualTo(-1);
  }

  private static TrainingRequest of(ModelSpec model, TrainingRequest like) {
    return new TrainingRequest(
        model,
        like.training(),
        like.train(),
        like.validation(),
        like.seed(),
        like.checkpoints(),
        null,
        "cpu",
        SHARES);
  }

  @Test
  void sharesAddUpInTheirOrderWhicheverComesFirst() {
    try (Lab lab = new Lab()) {
      List<Parameter> parameters = parameters();
      float[] expected = inOrder(lab, parameters, new int[] {0, 1, 2});
      for (int[] order : new int[][] {{2, 1, 0}, {1, 2, 0}, {2, 0, 1}}) {
        assertThat(inOrder(lab, parameters, order)).isEqualTo(expected);
      }
      // so it mattered: the other sum has other bits
      float[] turned = new float[expected.length];
      for (int share : new int[] {2, 1, 0}) {
        float[] values = values(lab, parameters, share);
        for (int i = 0; i < turned.length; i++) {
          turned[i] += values[i];
        }
      }
      assertThat(turned).isNotEqualTo(expected);
    }
  }

  @Test
  void aNewBatchForgetsWhatAFailedShareLeft() {
    try (Lab lab = new Lab()) {
      List<Parameter> parameters = parameters();
      Weights like = Weights.zeros(lab.manager(), lab.kernels(), parameters, DataType.FLOAT32);
      try (SharedGradient shared = new SharedGradient(lab.manager(), lab.kernels(), like, SHARES)) {
        List<Gathering> gatherings = gatherings(shared);
        shared.begin();
        // shares 0 and 2 fail: one has settled a part, one has not
        gatherings.get(2).begin();
        add(lab, gatherings.get(2), parameters, 0);
        gatherings.get(2).settle(null);
        gatherings.get(0).begin();
        add(lab, gatherings.get(0), parameters, 1);
        float[] expected = inOrder(lab, parameters, new int[] {0, 1, 2});
        assertThat(sum(lab, shared, gatherings, parameters, new int[] {0, 1, 2}))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aParameterThatIsUnfinishedStaysOpenAndOneThatIsFinishedDoesNot() {
    try (Lab lab = new Lab()) {
      List<Parameter> parameters = parameters();
      Parameter first = parameters.get(0);
      Weights like = Weights.zeros(lab.manager(), lab.kernels(), parameters, DataType.FLOAT32);
      try (SharedGradient shared = new SharedGradient(lab.manager(), lab.kernels(), like, 1)) {
        Gathering share = shared.share(0);
        shared.begin();
        share.begin();
        share.of(first).addi(1);
        share.settle(first);
        share.of(first).addi(2);
        share.settle(null);
        NDArray sum = Objects.requireNonNull(share.end());
        assertThat(sum.getFloat(0)).isEqualTo(3);

        share.of(first).addi(4);
        assertThatThrownBy(() -> share.settle(null))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(first.name());
      }
    }
  }

  private static float[] inOrder(Lab lab, List<Parameter> parameters, int[] arrival) {
    Weights like = Weights.zeros(lab.manager(), lab.kernels(), parameters, DataType.FLOAT32);
    try (SharedGradient shared = new SharedGradient(lab.manager(), lab.kernels(), like, SHARES)) {
      return sum(lab, shared, gatherings(shared), parameters, arrival);
    }
  }

  private static float[] sum(
      Lab lab,
      SharedGradient shared,
      List<Gathering> gatherings,
      List<Parameter> parameters,
      int[] arrival) {
    shared.begin();
    gatherings.forEach(Gathering::begin);
    @Nullable NDArray sum = null;
    for (int share : arrival) {
      add(lab, gatherings.get(share), parameters, share);
      NDArray end = gatherings.get(share).end();
      assertThat(end == null).isEqualTo(share != 0);
      sum = end == null ? sum : end;
    }
    return Objects.requireNonNull(sum).toFloatArray();
  }

  private static void add(Lab lab, Gathering to, List<Parameter> parameters, int share) {
    float[] values = values(lab, parameters, share);
    int at = 0;
    for (Parameter parameter : parameters) {
      float[] own = java.util.Arrays.copyOfRange(values, at, at += (int) parameter.shape().size());
      to.of(parameter).addi(lab.manager().create(own, parameter.shape()).duplicate());
    }
  }

  /** Of all magnitudes, so that the order of a sum shows. */
  private static float[] values(Lab lab, List<Parameter> parameters, int share) {
    long size = parameters.stream().mapToLong(p -> p.shape().size()).sum();
    return lab.gaussian(DataType.FLOAT32, 100 + share, Math.pow(10, share), size).toFloatArray();
  }

  private static List<Gathering> gatherings(SharedGradient shared) {
    List<Gathering> gatherings = new ArrayList<>();
    for (int i = 0; i < SHARES; i++) {
      gatherings.add(shared.share(i));
    }
    return gatherings;
  }

  private static List<Parameter> parameters() {
    return FlowPlusPlus.build(Trainings.MODEL).parameters();
  }

  private TrainingRequest request(String name, Memory memory, int microBatch) {
    TrainingSpec spec =
        Trainings.spec(5).with(new ComputeSpec(memory, Precision.FP32, microBatch, false));
    return Trainings.request(directory.resolve(name), spec, SHARES);
  }

  private static Path state(TrainingRequest request) throws IOException {
    try (var found = Files.walk(request.checkpoints())) {
      return found
          .filter(file -> file.endsWith("state.safetensors"))
          .sorted()
          .reduce((a, b) -> b)
          .orElseThrow();
    }
  }
}
