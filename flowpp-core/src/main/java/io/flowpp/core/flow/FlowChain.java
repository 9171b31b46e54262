package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Pass;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Flows one after the other: values compose, log-determinants add. */
public record FlowChain(List<Flow> flows) implements Flow {
  public FlowChain {
    flows = List.copyOf(flows);
  }

  @Override
  public String label() {
    return "chain of " + flows.size() + " flows";
  }

  /**
   * @throws io.flowpp.core.nn.NonFiniteException naming the first flow whose value or
   *     log-determinant is not finite, in a checked walk
   */
  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    NDList value = x;
    NDArray logDet = null;
    for (Flow flow : flows) {
      Transformed t =
          pass.part(value, (in, p) -> flow.forward(in, condition, p), Transformed::arrays);
      value = finite(flow.label(), t.value(), pass);
      if (t.logDet() != null) {
        pass.finite(flow.label() + ", log-determinant", t.logDet());
      }
      logDet = plus(logDet, t.logDet());
    }
    return new Transformed(value, logDet);
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    NDList value = y;
    for (int i = flows.size() - 1; i >= 0; i--) {
      Flow flow = flows.get(i);
      value = finite("inverse of " + flow.label(), flow.inverse(value, condition, pass), pass);
    }
    return value;
  }

  private static NDList finite(String where, NDList values, Pass pass) {
    values.forEach(value -> pass.finite(where, value));
    return values;
  }

  private static @Nullable NDArray plus(@Nullable NDArray a, @Nullable NDArray b) {
    if (a == null) {
      return b;
    }
    return b == null ? a : a.add(b);
  }
}
