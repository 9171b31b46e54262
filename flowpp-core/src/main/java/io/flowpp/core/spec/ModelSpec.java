package io.flowpp.core.spec;

import java.util.List;

/**
 * A whole Flow++: the dequantizer q(u|x) and the flow p(x+u).
 *
 * @param bits the data are integers 0..2^bits-1
 * @param flow the steps after the squeeze to (.05,.95) and the logit
 */
public record ModelSpec(
    ImageShape shape, int bits, DequantizerSpec dequantizer, List<FlowStepSpec> flow) {
  /**
   * @throws SpecException if the bits are not 1 to 16, or an image does not divide where a step
   *     splits it
   */
  public ModelSpec {
    flow = List.copyOf(flow);
    if (bits < 1 || bits > 16) {
      throw new SpecException("an image has 1 to 16 bits a value, not " + bits);
    }
    if (dequantizer instanceof DequantizerSpec.Variational) {
      PlacedStep.requireHalves("dequantizer", SplitKind.CHECKERBOARD, shape);
    }
    PlacedStep.of(shape, flow);
  }
}
