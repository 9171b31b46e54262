package io.flowpp.core.model;

import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.ActNorm;
import io.flowpp.core.flow.AffineCoupling;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.FlowChain;
import io.flowpp.core.flow.InvertibleLinear;
import io.flowpp.core.flow.LogitTransform;
import io.flowpp.core.flow.MixtureCoupling;
import io.flowpp.core.flow.Rearrangement;
import io.flowpp.core.flow.Sigmoid;
import io.flowpp.core.nn.Parameters;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.SplitKind;
import java.util.ArrayList;
import java.util.List;

/** Builds chains of layers from specs. */
final class FlowFactory {
  private FlowFactory() {}

  /** p(v): logit, then the steps of {@code spec}; the latent is one tensor. */
  static FlowChain flow(Parameters owner, ImageShape shape, int bits, List<FlowStepSpec> steps) {
    List<Flow> flows = new ArrayList<>();
    flows.add(new LogitTransform(bits));
    Shape at = new Shape(shape.height(), shape.width(), shape.channels());
    for (int i = 0; i < steps.size(); i++) {
      String name = Integer.toString(i);
      if (steps.get(i) instanceof FlowStepSpec.Couplings g) {
        couplings(
            flows,
            owner.in(name),
            "flow/" + name,
            g.split(),
            g.count(),
            g.pointwise(),
            g.coupling(),
            at,
            0);
      } else {
        flows.add(Rearrangement.SPACE_TO_DEPTH);
        at = new Shape(at.get(0) / 2, at.get(1) / 2, at.get(2) * 4);
      }
    }
    return new FlowChain(flows);
  }

  /** eps to u: checkerboard couplings on the context, then the sigmoid. */
  static FlowChain dequantizer(
      Parameters owner, ImageShape shape, DequantizerSpec.Variational spec) {
    List<Flow> flows = new ArrayList<>();
    Shape at = new Shape(shape.height(), shape.width(), shape.channels());
    couplings(
        flows,
        owner,
        "dequantizer",
        SplitKind.CHECKERBOARD,
        spec.couplings(),
        spec.pointwise(),
        spec.coupling(),
        at,
        spec.context().filters());
    flows.add(Sigmoid.INSTANCE);
    return new FlowChain(flows);
  }

  private static void couplings(
      List<Flow> flows,
      Parameters owner,
      String name,
      SplitKind split,
      int count,
      boolean pointwise,
      CouplingSpec coupling,
      Shape at,
      int contextFilters) {
    boolean columns = split == SplitKind.CHECKERBOARD;
    Shape half =
        columns
            ? new Shape(at.get(0), at.get(1) / 2, at.get(2))
            : new Shape(at.get(0), at.get(1), at.get(2) / 2);
    flows.add(columns ? Rearrangement.CHECKERBOARD_SPLIT : Rearrangement.CHANNEL_SPLIT);
    for (int i = 0; i < count; i++) {
      Parameters room = owner.in("coupling" + i);
      flows.add(new ActNorm(room, half));
      if (pointwise) {
        flows.add(new InvertibleLinear(room, half.get(2)));
      }
      flows.add(coupling(room, name + "/coupling" + i, coupling, half, contextFilters));
      flows.add(Rearrangement.FLIP);
    }
    flows.add(columns ? Rearrangement.CHECKERBOARD_JOIN : Rearrangement.CHANNEL_JOIN);
  }

  private static Flow coupling(
      Parameters owner, String name, CouplingSpec spec, Shape half, int contextFilters) {
    if (spec instanceof CouplingSpec.MixtureOfLogistics mixture) {
      return new MixtureCoupling(owner, name, mixture, half, contextFilters);
    }
    if (spec instanceof CouplingSpec.Affine affine) {
      return new AffineCoupling(owner, name, affine, half, contextFilters);
    }
    throw new IllegalStateException("a coupling without layers: " + spec);
  }
}
