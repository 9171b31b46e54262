package io.flowpp.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.testing.Lab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layers of a flow as computed here, in float32, and by the tensor library in float64. */
class FlowLayersTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  /** Numbers of elements that are and are not whole blocks of 64 and vectors of 8. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 8, 8, 1, 1",
    "4, 3, 14, 7, 4, 1",
    "5, 2, 3, 3, 1, 1",
    "33, 1, 5, 4, 2, 1",
    "4, 2, 8, 8, 1, 8",
    "8, 1, 7, 7, 3, 30"
  })
  void mixtures(int k, int images, int h, int w, int c, double spread) {
    NDArray x = lab.gaussian(DataType.FLOAT32, 1, spread, images, h, w, c);
    NDArray raw = lab.gaussian(DataType.FLOAT32, 2, 1.5, images, h, w, c * (2 + 3L * k));
    NDArray dy = lab.gaussian(DataType.FLOAT32, 3, 1, images, h, w, c);
    NDArray l = lab.manager().full(new Shape(), .37f);
    agreeOnMixtures(x, raw, dy, l, 1e-5);
  }

  /** Log-scales at the floor and far below, components far apart, weights near 0. */
  @Test
  void mixturesAtExtremes() {
    float[] raw = {
      .5f, .1f, 0, 0, 1, -1, -40, 0, 1, 2, -7.1f, -30, -6, -7, // floored
      2, -1, 30, -30, 0, 29, 0, 1, 2, 3, -6.9f, 1, 0, -1, // one of no weight
      -3, 0, 0, 1, 0, 1, -300, 300, 0, 5, 0, -2, -3, 1, // far apart
      9, 4, -5, 5, 0, 1, 2, 2, 1, 0, 3, 4, 2, 5, // wide
    };
    for (float at : new float[] {-1e4f, -60, -1, 0, 1, 60, 1e4f}) {
      NDArray x = lab.manager().create(new float[] {at, at, at, at}, new Shape(1, 2, 2, 1));
      NDArray given = lab.manager().create(raw, new Shape(1, 2, 2, 14));
      NDArray dy = lab.manager().create(new float[] {1, -1, .5f, 2}, new Shape(1, 2, 2, 1));
      agreeOnMixtures(x, given, dy, lab.manager().full(new Shape(), -1.5f), 1e-4);
    }
  }

  /** One component's NaN is the whole element's, in whichever place. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 5, 6, 9, 10, 13})
  void aMixtureWithSomethingThatIsNoNumberIsNone(int at) {
    float[] raw = new float[3 * 14];
    raw[14 + at] = Float.NaN;
    NDArray x = lab.gaussian(DataType.FLOAT32, 1, 1, 3, 1, 1, 1);
    NDArray given = lab.manager().create(raw, new Shape(3, 1, 1, 14));
    try (Gradients off = Gradients.off()) {
      NDList y = MixtureTransform.forward(x, given, lab.kernels());
      assertThat(y.get(0).toFloatArray()[1]).isNaN();
      assertThat(y.get(1).toFloatArray()[1]).isNaN();
      assertThat(y.get(0).toFloatArray()[0]).isFinite();
      assertThat(y.get(1).toFloatArray()[2]).isFinite();
      NDArray l = lab.manager().full(new Shape(), 1f);
      NDList back = MixtureTransform.back(x, l, x, given, lab.kernels());
      assertThat(back.get(0).toFloatArray()[1]).isNaN();
      assertThat(back.get(0).toFloatArray()[0]).isFinite();
    }
  }

  private void agreeOnMixtures(NDArray x, NDArray raw, NDArray dy, NDArray l, double tolerance) {
    try (Gradients off = Gradients.off()) {
      Kernels kernels = lab.kernels();
      NDList ours = new NDList(MixtureTransform.forward(x, raw, kernels));
      ours.addAll(MixtureTransform.back(dy, l, x, raw, kernels));
      NDArray wideX = wide(x);
      NDArray wideRaw = wide(raw);
      NDList exact = kernels.call("mixture_forward").with(wideX).with(wideRaw).run();
      exact.addAll(
          kernels
              .call("mixture_back")
              .with(wide(dy))
              .with(wide(l))
              .with(wideX)
              .with(wideRaw)
              .run());
      assertThat(ours.get(0).getDataType()).isEqualTo(DataType.FLOAT32);
      agree(ours, exact, tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 5, 3, 1", "3, 4, 4, 4", "2, 3, 5, 12"})
  void scalesAndShifts(int images, int h, int w, int c) {
    NDList x = pair(1, images, h, w, c);
    NDList d = pair(3, images, h, w, c);
    List<NDArray> weights = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      weights.add(lab.gaussian(DataType.FLOAT32, 10 + i, 1, h, w, c));
    }
    // half of the gains are below their floor
    layer("act_norm", ScaleAndShift::forward, ScaleAndShift::back, x, d, weights);
  }

  @ParameterizedTest
  @CsvSource({"1, 5, 3, 1", "3, 4, 4, 2", "2, 3, 5, 4", "2, 3, 5, 6"})
  void channelMaps(int images, int h, int w, int c) {
    NDList x = pair(1, images, h, w, c);
    NDList d = pair(3, images, h, w, c);
    List<NDArray> weights =
        List.of(
            lab.gaussian(DataType.FLOAT32, 10, 1, c, c),
            lab.gaussian(DataType.FLOAT32, 11, 1, c, c));
    layer("invertible_linear", ChannelMap::forward, ChannelMap::back, x, d, weights);
  }

  private interface Forward {
    NDList of(NDList x, List<NDArray> w, Kernels kernels);
  }

  private interface Back {
    NDList of(NDList d, NDArray l, NDList x, List<NDArray> w, List<NDArray> g, Kernels kernels);
  }

  private void layer(
      String kernel, Forward forward, Back back, NDList x, NDList d, List<NDArray> weights) {
    try (Gradients off = Gradients.off()) {
      Kernels kernels = lab.kernels();
      NDArray l = lab.manager().full(new Shape(), .37f);
      List<NDArray> sums = weights.stream().map(w -> w.onesLike()).toList();
      NDList ours = new NDList(forward.of(x, weights, kernels));
      ours.addAll(back.of(d, l, x, weights, sums, kernels));
      ours.addAll(sums);
      List<NDArray> wideWeights = weights.stream().map(FlowLayersTest::wide).toList();
      List<NDArray> wideSums = wideWeights.stream().map(w -> w.onesLike()).toList();
      NDArray a = wide(x.get(0));
      NDArray b = wide(x.get(1));
      NDList exact = kernels.call(kernel).with(a).with(b).with(wideWeights).run();
      exact.set(2, exact.get(2).duplicate()); // one value that stands for all images
      exact.addAll(
          kernels
              .call(kernel + "_back")
              .with(wide(d.get(0)))
              .with(wide(d.get(1)))
              .with(wide(l))
              .with(a)
              .with(b)
              .with(wideWeights)
              .with(wideSums)
              .run());
      exact.addAll(wideSums);
      agree(ours, exact, 2e-6);
    }
  }

  @Test
  void aSingularMapHasNoVolume() {
    NDList x = pair(1, 2, 3, 3, 2);
    List<NDArray> weights =
        List.of(
            lab.manager().create(new float[] {1, 2, 2, 4}, new Shape(2, 2)),
            lab.manager().create(new float[] {1, 0, 0, 1}, new Shape(2, 2)));
    try (Gradients off = Gradients.off()) {
      assertThat(ChannelMap.forward(x, weights, lab.kernels()).get(2).toFloatArray())
          .containsOnly(Float.NEGATIVE_INFINITY);
    }
  }

  private NDList pair(long seed, long... dims) {
    return new NDList(
        lab.gaussian(DataType.FLOAT32, seed, 1, dims),
        lab.gaussian(DataType.FLOAT32, seed + 1, 1, dims));
  }

  private static NDArray wide(NDArray array) {
    return array.toType(DataType.FLOAT64, true);
  }

  /** Each difference over 1 and the value. */
  private static void agree(NDList ours, NDList exact, double tolerance) {
    assertThat(ours).hasSameSizeAs(exact);
    for (int i = 0; i < exact.size(); i++) {
      double[] a = wide(ours.get(i)).toDoubleArray();
      double[] b = exact.get(i).toDoubleArray();
      assertThat(a).hasSameSizeAs(b);
      double worst = 0;
      for (int k = 0; k < b.length; k++) {
        double off = Math.abs(a[k] - b[k]) / (1 + Math.abs(b[k]));
        worst = off <= worst ? worst : off; // NaN wins
      }
      assertThat(worst).as("result %d", i).isLessThan(tolerance);
    }
  }
}
