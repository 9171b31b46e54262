package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What the dequantizer knows of the image: conv3x3, then gated convolutions with two 3x3
 * convolutions each, on the two checkerboard halves stacked on channels; [B,H,W/2,2C] to
 * [B,H,W/2,F] (the CIFAR family's network).
 */
public final class ContextNetwork {
  private final int filters;
  private final double dropout;
  private final Conv3x3 in;
  private final List<Conv3x3> firsts = new ArrayList<>();
  private final List<Conv3x3> seconds = new ArrayList<>();
  private final List<Parameter> parameters;

  public ContextNetwork(Parameters owner, int channels, int filters, int blocks, double dropout) {
    this.filters = filters;
    this.dropout = dropout;
    in = new Conv3x3(owner, "in", 2L * channels, filters, 1);
    List<Parameter> all = new ArrayList<>(in.parameters());
    for (int i = 0; i < blocks; i++) {
      Parameters room = owner.in("block" + i);
      firsts.add(new Conv3x3(room, "c1", 2L * filters, filters, 1));
      seconds.add(new Conv3x3(room, "c2", 2L * filters, 2L * filters, .1));
      all.addAll(firsts.get(i).parameters());
      all.addAll(seconds.get(i).parameters());
    }
    parameters = List.copyOf(all);
  }

  public NDArray apply(NDArray x, Pass pass) {
    Shape s = x.getShape();
    Shape mask = new Shape(s.get(0), s.get(1), s.get(2), 2L * filters);
    List<NDArray> masks =
        pass.dropoutMasks(
            "context",
            dropout,
            x.getDataType(),
            java.util.Collections.nCopies(firsts.size(), mask));
    return pass.plain()
        ? plain(x, masks, pass)
        : pass.kernels()
            .call("context")
            .with(x)
            .with(pass.weights().get(parameters))
            .with(masks)
            .single();
  }

  private NDArray plain(NDArray x, List<NDArray> masks, Pass pass) {
    NDArray h = in.apply(x, pass);
    for (int i = 0; i < firsts.size(); i++) {
      NDArray t = Activations.concatElu(firsts.get(i).apply(Activations.concatElu(h), pass));
      t = i + 1 < masks.size() ? t.mul(masks.get(i + 1)) : t;
      h = h.add(Activations.gate(seconds.get(i).apply(t, pass)));
    }
    return h;
  }
}
