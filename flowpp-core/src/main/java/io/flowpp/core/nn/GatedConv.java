package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gated convolution of a block: h + a·sigmoid(b) with (a,b) =
 * second(drop(concat_elu(conv3x3(concat_elu(h)) + 1x1(concat_elu(context))))); [B,H,W,F] to
 * [B,H,W,F].
 *
 * @param fromContext reads concat_elu of the context; null in a network without one
 * @param second [..,2F] to [..,2F]: 1x1 in conditioners, 3x3 in context networks
 */
record GatedConv(Conv3x3 first, @Nullable Linear fromContext, Layer second) {
  List<Layer> layers() {
    List<Layer> all = new ArrayList<>();
    all.add(first);
    if (fromContext != null) {
      all.add(fromContext);
    }
    all.add(second);
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
