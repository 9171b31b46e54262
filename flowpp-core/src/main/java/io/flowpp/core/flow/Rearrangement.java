package io.flowpp.core.flow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.flowpp.core.nn.Pass;
import java.util.Locale;

/** Maps that only move values: log|det J| = 0. */
public enum Rearrangement implements Flow {
  /** Alternate columns become two halves: [B,H,W,C] to two of [B,H,W/2,C]; even columns first. */
  CHECKERBOARD_SPLIT("split_columns", "join_columns"),
  /** [B,H,W,C] to the first and the second half of the channels. */
  CHANNEL_SPLIT("split_channels", "join_channels"),
  /** Two halves become one tensor again. */
  CHECKERBOARD_JOIN("join_columns", "split_columns"),
  CHANNEL_JOIN("join_channels", "split_channels"),
  /** [B,H,W,C] to [B,H/2,W/2,4C], channel (dy·2+dx)·C+c. */
  SPACE_TO_DEPTH("space_to_depth", "depth_to_space"),
  /** (a, b) to (b, a). */
  FLIP("", "");

  private final String method;
  private final String inverse;

  Rearrangement(String method, String inverse) {
    this.method = method;
    this.inverse = inverse;
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Override
  public Transformed forward(NDList x, Condition condition, Pass pass) {
    return new Transformed(move(method, x, pass), null);
  }

  /** The way back moves gradients as the inverse moves values. */
  @Override
  public Traced trace(NDList x, Condition condition, Pass pass) {
    return new Traced(
        forward(x, condition, pass), (d, l) -> new Pulled(move(inverse, d, pass), null));
  }

  @Override
  public NDList inverse(NDList y, Condition condition, Pass pass) {
    return move(inverse, y, pass);
  }

  private NDList move(String name, NDList x, Pass pass) {
    if (this == FLIP) {
      return new NDList(x.get(1), x.get(0));
    }
    var call = pass.kernels().call(name);
    for (NDArray part : x) {
      call = call.with(part);
    }
    return call.run();
  }
}
