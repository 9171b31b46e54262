package io.flowpp.core.dequantize;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.random.Randomness;

/** A density q(u|x) on [0,1)^D that can be sampled (Flow++ §3.1). */
public interface Dequantizer {
  /**
   * @param u [B,H,W,C]
   * @param logDensity log q(u|x) in nats, [B]
   */
  record Noise(NDArray u, NDArray logDensity) {}

  /**
   * Draws u for each image.
   *
   * @param x integers 0..2^bits-1, [B/copies,H,W,C]
   * @param randomness the random numbers of the whole batch of the result
   * @param copies draws for each image, which stand together in the batch of the result
   */
  Noise draw(NDArray x, Randomness randomness, int copies, Pass pass);
}
