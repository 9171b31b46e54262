package io.flowpp.core.kernel;

/**
 * What a network of gated blocks looks like.
 *
 * @param in channels of the input
 * @param filters channels of the blocks
 * @param context channels of what the gated convolutions read besides, 0 for nothing
 * @param side of the second map of a gated convolution: 1, or 3 for a 3x3 convolution
 * @param norm whether a layer norm follows each gated convolution
 * @param heads of the attention, 0 for its ablation, -1 where blocks do not mix
 * @param out channels of the last convolution, 0 where there is none
 * @param activated whether that reads concat_elu of the last block's result
 */
public record NetworkShape(
    int height,
    int width,
    int in,
    int filters,
    int context,
    int side,
    boolean norm,
    int blocks,
    int heads,
    int out,
    boolean activated) {
  int pixels() {
    return height * width;
  }

  boolean mixes() {
    return heads >= 0;
  }

  /** Values of one image that a way back reads besides the input. */
  int kept() {
    int mixing = mixes() ? 3 * filters + Math.max(heads, 0) : 0;
    return pixels() * blocks * (3 * filters + mixing);
  }

  /** Channels of the result. */
  int result() {
    return out > 0 ? out : filters;
  }
}
