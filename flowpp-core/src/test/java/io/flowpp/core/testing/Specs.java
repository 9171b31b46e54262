package io.flowpp.core.testing;

import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.spec.Weighting;
import java.util.List;

/** Model specs of the CIFAR family at any size. */
public final class Specs {
  public static final MixingSpec ATTENTION = new MixingSpec.SelfAttention(2);
  public static final MixingSpec NO_ATTENTION = new MixingSpec.GatedLinear();
  public static final DequantizerSpec UNIFORM = new DequantizerSpec.Uniform();

  private Specs() {}

  public static ConditionerSpec conditioner(
      int filters, int blocks, MixingSpec mixing, double dropout) {
    return new ConditionerSpec(filters, blocks, mixing, dropout);
  }

  public static CouplingSpec mixture(int components, ConditionerSpec conditioner) {
    return new CouplingSpec.MixtureOfLogistics(components, conditioner);
  }

  public static CouplingSpec affine(ConditionerSpec conditioner) {
    return new CouplingSpec.Affine(conditioner);
  }

  /**
   * Four checkerboard couplings, space-to-depth, two channel couplings, three checkerboard ones.
   */
  public static List<FlowStepSpec> cifarFlow(CouplingSpec coupling) {
    return List.of(
        new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 4, true, coupling),
        new FlowStepSpec.SpaceToDepth(),
        new FlowStepSpec.Couplings(SplitKind.CHANNEL, 2, true, coupling),
        new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 3, true, coupling));
  }

  /** The CIFAR family's dequantizer: four couplings, a context network of 32 filters. */
  public static DequantizerSpec cifarDequantizer(CouplingSpec coupling) {
    return new DequantizerSpec.Variational(new ContextSpec(32, 3), 4, true, coupling);
  }

  /**
   * One checkerboard coupling each, space-to-depth and a channel coupling between, as tiny as it
   * gets.
   */
  public static List<FlowStepSpec> tinyFlow(CouplingSpec coupling) {
    return List.of(
        new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 2, true, coupling),
        new FlowStepSpec.SpaceToDepth(),
        new FlowStepSpec.Couplings(SplitKind.CHANNEL, 2, false, coupling),
        new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 1, true, coupling));
  }

  /** Every kind of layer on 4x4 pixels. */
  public static ModelSpec tiny(int channels, CouplingSpec coupling) {
    return new ModelSpec(
        new ImageShape(4, 4, channels),
        8,
        new DequantizerSpec.Variational(new ContextSpec(3, 1), 2, true, coupling),
        tinyFlow(coupling));
  }

  /** The ImageNet-32 family on 4x4 pixels: weight norm, attention in the context, float64. */
  public static ModelSpec tinyImagenet32() {
    CouplingSpec coupling =
        new CouplingSpec.MixtureOfLogistics(
            2,
            new ConditionerSpec(4, 1, ATTENTION, 0, Weighting.NORMALISED, Ending.ACTIVATED),
            Arithmetic.FLOAT64);
    ContextSpec context = new ContextSpec(4, 1, true, ATTENTION, Weighting.NORMALISED);
    return new ModelSpec(
        new ImageShape(4, 4, 3),
        8,
        new DequantizerSpec.Variational(context, 2, false, coupling),
        tinyFlow(coupling));
  }

  /** The ImageNet-64 and CelebA family on 4x4 pixels: a dequantizer whose blocks do not mix. */
  public static ModelSpec tinyImagenet64(int bits) {
    ConditionerSpec plain =
        new ConditionerSpec(4, 1, new MixingSpec.None(), 0, Weighting.PLAIN, Ending.ACTIVATED);
    ConditionerSpec attentive =
        new ConditionerSpec(4, 1, ATTENTION, 0, Weighting.PLAIN, Ending.ACTIVATED);
    ContextSpec context = new ContextSpec(4, 1, true, new MixingSpec.None(), Weighting.PLAIN);
    return new ModelSpec(
        new ImageShape(4, 4, 1),
        bits,
        new DequantizerSpec.Variational(context, 2, false, mixture(2, plain)),
        tinyFlow(mixture(2, attentive)));
  }
}
