package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gated convolution of a block: h + a·sigmoid(b) with (a,b) =
 * 1x1(drop(concat_elu(conv3x3(concat_elu(h)) + 1x1(concat_elu(context))))); [B,H,W,F] to [B,H,W,F].
 */
final class GatedConv {
  private final Conv3x3 first;
  private final @Nullable Linear fromContext;
  private final Linear second;

  /**
   * @param contextFilters channels of the context, 0 for none
   */
  GatedConv(Parameters parameters, long filters, long contextFilters) {
    Parameters room = parameters.in("conv");
    first = new Conv3x3(room, "c1", 2 * filters, filters, 1);
    fromContext =
        contextFilters > 0 ? new Linear(room, "context", 2 * contextFilters, filters, 1) : null;
    second = new Linear(room, "c2", 2 * filters, 2 * filters, .1);
  }

  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(first.parameters());
    if (fromContext != null) {
      all.addAll(fromContext.parameters());
    }
    all.addAll(second.parameters());
    return all;
  }

  /**
   * @param activated concat_elu of the context, null for none
   * @param mask dropout mask [B,H,W,2F], null for none
   */
  NDArray apply(NDArray h, @Nullable NDArray activated, @Nullable NDArray mask, Pass pass) {
    NDArray t = first.apply(Activations.concatElu(h), pass);
    if (fromContext != null && activated != null) {
      t = t.add(fromContext.apply(activated, pass));
    }
    t = Activations.concatElu(t);
    return h.add(Activations.gate(second.apply(mask == null ? t : t.mul(mask), pass)));
  }
}
