package io.flowpp.core.evaluate;

import io.flowpp.core.spec.ImageShape;

/**
 * Images drawn from a flow: floored, then clipped to 0..2^bits-1.
 *
 * @param levels images·H·W·C unsigned bytes 0..2^bits-1, [N,H,W,C]
 * @param leak how many had a coordinate outside [0,2^bits) before clipping
 */
public record Samples(ImageShape shape, int bits, int images, byte[] levels, LeakEstimate leak) {
  /** The images with their values spread over 0..255, to look at. */
  public SampleGrid grid() {
    return new SampleGrid(shape, images, new Levels(bits).grey(levels), leak.share());
  }
}
