package io.flowpp.core.dequantize;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.random.Randomness;
import java.util.function.BiConsumer;

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

  /**
   * A draw and the way back through it.
   *
   * @param pullback adds the gradients by the weights to the pass's, given those of the loss by u
   *     and by every image's log q(u|x) (0-dim)
   */
  record Drawn(Noise noise, BiConsumer<NDArray, NDArray> pullback) {}

  /** As {@link #draw} once for each image, in order to be differentiated. */
  Drawn trace(NDArray x, Randomness randomness, Pass pass);

  /**
   * u = q_x(eps) and log q(u|x) = log N(eps; 0, I) - log|det du/deps|, a draw where eps ~ N(0,I).
   *
   * @param x integers 0..2^bits-1, [B/copies,H,W,C]
   * @param eps [B,H,W,C]
   */
  Noise push(NDArray x, NDArray eps, int copies, Pass pass);

  /**
   * log q(u|x) in nats, [B], of noise that came from elsewhere.
   *
   * @param x integers 0..2^bits-1, [B/copies,H,W,C]
   * @param u in (0,1), [B,H,W,C]
   */
  NDArray logDensity(NDArray x, NDArray u, int copies, Pass pass);
}
