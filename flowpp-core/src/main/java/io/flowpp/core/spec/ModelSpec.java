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
  public ModelSpec {
    flow = List.copyOf(flow);
  }
}
