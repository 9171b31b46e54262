package io.flowpp.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ModelTableTest {
  private static final ModelSpec CIFAR = model(new ImageShape(32, 32, 3), 96, 10, 96, 2, 32);
  private static final ModelSpec SMALL = model(new ImageShape(28, 28, 1), 32, 2, 16, 1, 8);

  @Test
  void rowsAddUpToTheParametersOfEachPart() {
    for (ModelSpec spec : List.of(CIFAR, SMALL)) {
      ModelTable table = ModelTable.of(spec);
      ParameterCount count = ParameterCount.of(spec);

      assertThat(sum(table, ModelTable.Part.DEQUANTIZER)).isEqualTo(count.dequantizer());
      assertThat(sum(table, ModelTable.Part.FLOW)).isEqualTo(count.flow());
      assertThat(table.parameters()).isEqualTo(count);
    }
    assertThat(ModelTable.of(CIFAR).parameters().total()).isEqualTo(31_443_440);
  }

  @Test
  void theTableTellsEveryLayerWithItsShapeAndParameters() {
    assertThat(ModelTable.of(CIFAR).render())
        .isEqualTo(
            """
            part         layer                            shape  parameters  detail
            dequantizer  context network of x          32x16x32     167,936  3 gated convolutions, 32 filters
                         4 checkerboard couplings       32x32x3   3,299,040  32 logistics, 96 filters, 2 blocks, 4 heads
                         sigmoid                        32x32x3           0
            flow         squeeze to (.05, .95), logit   32x32x3           0
                         4 checkerboard couplings       32x32x3  11,248,608  32 logistics, 96 filters, 10 blocks, 4 heads
                         space to depth                16x16x12           0
                         2 channel couplings           16x16x12   6,089,064  32 logistics, 96 filters, 10 blocks, 4 heads
                         3 checkerboard couplings      16x16x12  10,638,792  32 logistics, 96 filters, 10 blocks, 4 heads
            total                                                31,443,440  3,466,976 + 27,976,464
            """);
  }

  @Test
  void uniformNoiseHasARowAndNoParameters() {
    ModelTable table =
        ModelTable.of(new ModelSpec(SMALL.shape(), 8, new DequantizerSpec.Uniform(), SMALL.flow()));

    assertThat(table.rows().get(0).layer()).isEqualTo("uniform noise");
    assertThat(table.parameters().dequantizer()).isZero();
  }

  @Test
  void thePictureIsWellFormedAndNamesEveryLayer() throws Exception {
    for (ModelSpec spec : List.of(CIFAR, SMALL)) {
      String svg = ModelPicture.svg(spec);
      var document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(svg)));

      assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
      for (ModelTable.Row row : ModelTable.of(spec).rows()) {
        assertThat(svg).contains(">" + row.layer() + "<").contains(">" + row.shape() + "<");
      }
    }
  }

  @Test
  void tableAndPictureSayWhatTheOtherFamilyHas() {
    ConditionerSpec whole =
        new ConditionerSpec(
            8, 2, new MixingSpec.SelfAttention(4), 0, Weighting.NORMALISED, Ending.ACTIVATED);
    ConditionerSpec plain =
        new ConditionerSpec(8, 1, new MixingSpec.None(), 0, Weighting.NORMALISED, Ending.ACTIVATED);
    ModelSpec spec =
        new ModelSpec(
            new ImageShape(8, 8, 3),
            5,
            new DequantizerSpec.Variational(
                new ContextSpec(4, 2, true, new MixingSpec.SelfAttention(2), Weighting.NORMALISED),
                2,
                false,
                new CouplingSpec.MixtureOfLogistics(3, plain)),
            List.of(
                new FlowStepSpec.Couplings(
                    SplitKind.CHECKERBOARD,
                    2,
                    false,
                    new CouplingSpec.MixtureOfLogistics(3, whole, Arithmetic.FLOAT64))));

    assertThat(ModelTable.of(spec).rows().stream().map(ModelTable.Row::detail))
        .contains(
            "2 gated convolutions, 4 filters, layer norms, 2 heads, weight norm",
            "3 logistics, 8 filters, 1 block, no mixing, weight norm, activated output, no pointwise",
            "3 logistics in float64, 8 filters, 2 blocks, 4 heads, weight norm, activated output, no pointwise");
    String svg = ModelPicture.svg(spec);
    assertThat(svg)
        .contains(">self-attention, 4 heads, layer norm<")
        .contains(">concat_elu, 3x3 convolution to 11 values a channel<")
        .contains(">half a gives the parameters of half b; weights are g V / |V|<")
        .contains(">b: CDF of 3 logistics, logit, scale and shift, in float64<")
        .contains("values 0 to 31<");
    for (String words : List.of("2 heads", "no mixing", "activated output", "no pointwise")) {
      assertThat(svg).contains(words);
    }
    String without =
        ModelPicture.svg(
            new ModelSpec(
                spec.shape(),
                5,
                spec.dequantizer(),
                List.of(
                    new FlowStepSpec.Couplings(
                        SplitKind.CHECKERBOARD, 2, false, new CouplingSpec.Affine(plain)))));
    assertThat(without)
        .doesNotContain("self-attention")
        .doesNotContain("gated 1x1")
        .contains(">b: scale and shift<");
  }

  @Test
  void memoryGrowsWithTheBatchOnlyInItsActivations() {
    MemoryEstimate one = fast(SMALL, 1);
    MemoryEstimate sixteen = fast(SMALL, 16);

    assertThat(one.weights()).isEqualTo(4 * ParameterCount.of(SMALL).total());
    assertThat(one.optimiser())
        .isEqualTo(16 * ParameterCount.of(SMALL).total()); // 4 copies of 4 bytes
    assertThat(sixteen.weights()).isEqualTo(one.weights());
    assertThat(sixteen.optimiser()).isEqualTo(one.optimiser());
    assertThat(sixteen.activations()).isCloseTo(16 * one.activations(), within(16L));
    assertThat(sixteen.total())
        .isEqualTo(sixteen.weights() + sixteen.optimiser() + sixteen.activations());
  }

  @Test
  void activationsGrowWithThePositionsAndNotWithTheirSquare() {
    ModelSpec wide = new ModelSpec(new ImageShape(28, 56, 1), 8, SMALL.dequantizer(), SMALL.flow());

    assertThat(fast(wide, 1).activations()).isCloseTo(2 * fast(SMALL, 1).activations(), within(2L));
  }

  @Test
  void inBfloat16AnExponentialStaysForEachHeadAndPairOfPositions() {
    // 32 positions, 2 bytes each; the largest part is there half as often again on its way back
    assertThat(block(4, Precision.BF16) - block(1, Precision.BF16))
        .isCloseTo(Math.round(3 * 32 * 32 * 2 * 1.2 * 2.5), within(8L));
  }

  @Test
  void inBfloat16AMixingKeepsHalfOfTheBytesOfSevenValues() {
    // q, k, v, what attention gives, what dropout leaves and both halves of the map's result, of 4
    // filters; against them the exponentials
    double saved = 32 * 4 * 7 * 2 - 32 * 32 * 2;
    assertThat(block(1, Precision.FP32) - block(1, Precision.BF16))
        .isCloseTo(Math.round(saved * 1.2 * 2.5), within(8L));
  }

  /** Of one block of attention on 8x4 positions. */
  private static long block(int heads, Precision precision) {
    CouplingSpec coupling = mixture(1, 4, 1, new MixingSpec.SelfAttention(heads));
    ModelSpec spec =
        new ModelSpec(
            new ImageShape(8, 8, 1),
            8,
            new DequantizerSpec.Uniform(),
            List.of(new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 1, false, coupling)));
    TrainingSpec training = training(1).with(new ComputeSpec(Memory.FAST, precision, 0, false));
    return MemoryEstimate.of(spec, training, 1, Memory.FAST).activations();
  }

  @Test
  void float64DoublesWhatAMixtureHolds() {
    long half = 4 * 4 * 8;
    long single = activations(Arithmetic.AS_NETWORK, half);
    long parameters = 2 + 3 * 5;

    // the parameters twice more, kept; the same and 24 for each of 5 components on the way back
    double values = half * (2 * parameters + 1.5 * (2 * parameters + 24 * 5));
    assertThat(activations(Arithmetic.FLOAT64, half) - single)
        .isCloseTo(Math.round(1.2 * 4 * values), within(8L));
  }

  @Test
  void leanKeepsLessAndMicroBatchesTooAndAutoTakesWhatFits() {
    TrainingSpec whole = training(64);
    TrainingSpec cut = whole.with(new ComputeSpec(Memory.AUTO, Precision.FP32, 4, false));
    long fast = MemoryEstimate.of(SMALL, whole, 2, Memory.FAST).activations();

    assertThat(MemoryEstimate.of(SMALL, whole, 2, Memory.LEAN).activations()).isLessThan(fast / 2);
    assertThat(MemoryEstimate.of(SMALL, cut, 2, Memory.FAST).activations())
        .isCloseTo(fast / 8, within(8L));
    long total = MemoryEstimate.of(SMALL, whole, 2, Memory.FAST).total();
    assertThat(MemoryEstimate.choose(SMALL, whole, 2, total)).isEqualTo(Memory.FAST);
    assertThat(MemoryEstimate.choose(SMALL, whole, 2, total - 1)).isEqualTo(Memory.LEAN);
  }

  private static MemoryEstimate fast(ModelSpec spec, int batch) {
    return MemoryEstimate.of(spec, training(batch), 1, Memory.FAST);
  }

  private static long activations(Arithmetic arithmetic, long half) {
    CouplingSpec coupling =
        new CouplingSpec.MixtureOfLogistics(
            5, new ConditionerSpec(4, 1, new MixingSpec.None(), 0), arithmetic);
    ModelSpec spec =
        new ModelSpec(
            new ImageShape(4, 8, Math.toIntExact(half / 16)),
            8,
            new DequantizerSpec.Uniform(),
            List.of(new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 1, false, coupling)));
    return fast(spec, 1).activations();
  }

  private static long sum(ModelTable table, ModelTable.Part part) {
    return table.rows().stream()
        .filter(r -> r.part() == part)
        .mapToLong(ModelTable.Row::parameters)
        .sum();
  }

  private static ModelSpec model(
      ImageShape shape,
      int filters,
      int blocks,
      int noiseFilters,
      int noiseBlocks,
      int components) {
    CouplingSpec coupling = mixture(components, filters, blocks, new MixingSpec.SelfAttention(4));
    return new ModelSpec(
        shape,
        8,
        new DequantizerSpec.Variational(
            new ContextSpec(32, 3),
            4,
            true,
            mixture(components, noiseFilters, noiseBlocks, new MixingSpec.SelfAttention(4))),
        steps(coupling));
  }

  private static List<FlowStepSpec> steps(CouplingSpec coupling) {
    return List.of(
        new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 4, true, coupling),
        new FlowStepSpec.SpaceToDepth(),
        new FlowStepSpec.Couplings(SplitKind.CHANNEL, 2, true, coupling),
        new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 3, true, coupling));
  }

  private static CouplingSpec mixture(int components, int filters, int blocks, MixingSpec mixing) {
    return new CouplingSpec.MixtureOfLogistics(
        components, new ConditionerSpec(filters, blocks, mixing, 0.2));
  }

  private static TrainingSpec training(int batch) {
    return new TrainingSpec(
        100,
        batch,
        64,
        new OptimizerSpec(1e-3, 0.9, 0.999, 1e-8),
        new ScheduleSpec.Constant(10),
        0.99,
        1,
        0,
        0,
        0);
  }
}
