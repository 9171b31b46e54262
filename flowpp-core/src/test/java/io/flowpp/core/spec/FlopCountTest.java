package io.flowpp.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Held to figures that were worked out by hand. */
class FlopCountTest {
  private static final double GIGA = 1e9;
  private static final MixingSpec ATTENTION = new MixingSpec.SelfAttention(4);

  private static CouplingSpec mixture(int filters, int blocks, int components, MixingSpec mixing) {
    return new CouplingSpec.MixtureOfLogistics(
        components, new ConditionerSpec(filters, blocks, mixing, .2));
  }

  /** Forward and backward of 8 halves 32x16x3: 96 filters, 10 blocks, 32 components. */
  @Test
  void aCouplingOfThePapersModelTakes92BillionOperations() {
    FlopCount coupling =
        FlopCount.coupling(mixture(96, 10, 32, ATTENTION), new ImageShape(32, 16, 3), false, 0)
            .times(3 * 8);
    assertThat(coupling.convolution() / GIGA).isCloseTo(47.1, within(.05));
    assertThat(coupling.linear() / GIGA).isCloseTo(20.4, within(.05));
    assertThat(coupling.attention() / GIGA).isCloseTo(24.2, within(.05));
    assertThat(coupling.total() / GIGA).isCloseTo(91.6, within(.05));
  }

  /** One block of one filter on a half of 2x1 pixels with one channel: every product by itself. */
  @Test
  void eachProductOfTheSmallestNetworkIsCounted() {
    ImageShape half = new ImageShape(2, 1, 1);
    CouplingSpec coupling =
        new CouplingSpec.Affine(new ConditionerSpec(1, 1, new MixingSpec.SelfAttention(1), 0));
    // at each of 2 positions: in 9, first convolution of the block 9·2, out 9·2
    // 1x1: 2·2 in the gated convolution, 3 and 2 around the attention; 2 positions by 2 for scores
    FlopCount count = FlopCount.coupling(coupling, half, false, 0);
    assertThat(count).isEqualTo(new FlopCount(2 * 2 * 45, 2 * 2 * 9, 2 * 2 * 4));
    FlopCount more = FlopCount.coupling(coupling, half, true, 3);
    // a 1x1 matrix for each of both halves, and the context's 2·3 channels
    assertThat(more.linear() - count.linear()).isEqualTo(2 * 2 * (2 + 6));
    assertThat(more.convolution()).isEqualTo(count.convolution());
  }

  @Test
  void blocksWithoutAttentionHaveNoScores() {
    ImageShape half = new ImageShape(4, 2, 1);
    FlopCount linear =
        FlopCount.coupling(mixture(8, 2, 2, new MixingSpec.GatedLinear()), half, true, 0);
    FlopCount attention = FlopCount.coupling(mixture(8, 2, 2, ATTENTION), half, true, 0);
    FlopCount none = FlopCount.coupling(mixture(8, 2, 2, new MixingSpec.None()), half, true, 0);
    assertThat(linear.attention()).isZero();
    assertThat(linear.linear()).isEqualTo(attention.linear());
    assertThat(attention.linear() - none.linear()).isEqualTo(2 * 8 * 2 * 5 * 8 * 8);
    assertThat(none.convolution()).isEqualTo(attention.convolution());
  }

  @Test
  void aModelIsTheSumOfItsParts() {
    CouplingSpec coupling = mixture(4, 1, 2, ATTENTION);
    List<FlowStepSpec> flow =
        List.of(
            new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 2, false, coupling),
            new FlowStepSpec.SpaceToDepth(),
            new FlowStepSpec.Couplings(SplitKind.CHANNEL, 1, false, coupling));
    ImageShape image = new ImageShape(4, 4, 1);
    ModelSpec uniform = new ModelSpec(image, 8, new DequantizerSpec.Uniform(), flow);
    double parts =
        2 * FlopCount.coupling(coupling, new ImageShape(4, 2, 1), false, 0).total()
            + FlopCount.coupling(coupling, new ImageShape(2, 2, 2), false, 0).total();
    assertThat(FlopCount.flow(uniform).total()).isEqualTo(parts);
    assertThat(FlopCount.bound(uniform)).isEqualTo(FlopCount.flow(uniform));
    assertThat(FlopCount.step(uniform, 5).total()).isEqualTo(15 * parts);

    ModelSpec variational =
        new ModelSpec(
            image,
            8,
            new DequantizerSpec.Variational(new ContextSpec(2, 1), 3, false, coupling),
            flow);
    // the context at 8 positions: 2 channels in, then 4 to 2 and 4 to 4, all 3x3
    double context = 2 * 8 * 9 * (2 * 2 + 4 * 2 + 4 * 4);
    double couplings = 3 * FlopCount.coupling(coupling, new ImageShape(4, 2, 1), false, 2).total();
    assertThat(FlopCount.bound(variational).total()).isEqualTo(parts + context + couplings);
    assertThat(FlopCount.flow(variational).total()).isEqualTo(parts);
  }
}
