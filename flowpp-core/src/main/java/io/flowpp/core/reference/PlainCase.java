package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.flow.LogitTransform;
import io.flowpp.core.flow.Rearrangement;
import io.flowpp.core.flow.Sigmoid;
import io.flowpp.core.nn.Pass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer without weights: a rearrangement, the squeeze to the logit, the sigmoid or its inverse.
 */
final class PlainCase implements Subject {
  private static final int MOST_BITS = 16;

  private final ReferenceFile file;
  private final Flow flow;
  private final boolean backwards;
  private final String chosen;

  private PlainCase(ReferenceFile file, Flow flow, boolean backwards, String chosen) {
    this.file = file;
    this.flow = flow;
    this.backwards = backwards;
    this.chosen = chosen;
  }

  static PlainCase rearrangement(ReferenceFile file, Rearrangement kind) {
    return new PlainCase(file, kind, false, "");
  }

  /** The inverse of the sigmoid. */
  static PlainCase logit(ReferenceFile file) {
    return new PlainCase(file, Sigmoid.INSTANCE, true, "");
  }

  /** The sigmoid, or the squeeze at whichever number of bits: what fits best. */
  static PlainCase elementwise(ReferenceFile file, Bench bench) {
    List<PlainCase> candidates = new ArrayList<>();
    candidates.add(new PlainCase(file, Sigmoid.INSTANCE, false, "the sigmoid fits best"));
    for (int bits = 1; bits <= MOST_BITS; bits++) {
      String chosen = "the squeeze to the logit at " + bits + " bits fits best";
      candidates.add(new PlainCase(file, new LogitTransform(bits), false, chosen));
    }
    Comparison comparison = new Comparison(file, bench.manager());
    return Choice.of(candidates, c -> comparison.float64(c, c.compute(DataType.FLOAT64, bench)))
        .value();
  }

  @Override
  public Map<String, NDArray> compute(DataType type, Bench bench) {
    Pass pass = bench.pass(bench.weights(List.of(), type));
    Map<String, NDArray> ours = new HashMap<>();
    if (backwards) {
      NDArray y = file.read("in/y", type, bench.manager());
      NDList x = flow.inverse(new NDList(y), Flow.Condition.NONE, pass);
      ours.put("x", x.head());
      // taken at ours, whose sigmoid y is
      NDArray logDet = flow.forward(x, Flow.Condition.NONE, pass).logDet();
      ours.put("logd", logDet == null ? zeros(y, bench) : logDet.neg());
      return ours;
    }
    NDArray x = file.read("in/x", type, bench.manager());
    Flow.Transformed t = flow.forward(new NDList(x), Flow.Condition.NONE, pass);
    if (t.value().size() == 1) {
      ours.put("y", t.value().head());
    } else {
      ours.put("a", t.value().get(0));
      ours.put("b", t.value().get(1));
    }
    NDArray logDet = t.logDet() == null ? zeros(x, bench) : t.logDet();
    ours.put("logd", logDet);
    if (file.has("out/inverse/x")) {
      ours.put("inverse/x", flow.inverse(t.value(), Flow.Condition.NONE, pass).head());
      ours.put("inverse/logd", logDet.neg());
    }
    return ours;
  }

  private static NDArray zeros(NDArray x, Bench bench) {
    return bench.manager().zeros(new Shape(x.getShape().get(0)), x.getDataType());
  }

  @Override
  public List<String> notes() {
    return chosen.isEmpty() ? List.of() : List.of(chosen);
  }
}
