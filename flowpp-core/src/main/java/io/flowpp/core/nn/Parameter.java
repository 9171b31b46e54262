package io.flowpp.core.nn;

import ai.djl.ndarray.types.Shape;

/**
 * One trainable tensor: where it lies among all weights of a model, not its value.
 *
 * @param name stable and unique, its path in the model, e.g. {@code
 *     flow/3/coupling/block0/conv/c1/weight}
 */
public record Parameter(int index, String name, Shape shape, Start start) {
  /** How a parameter begins. */
  public enum Start {
    ZERO,
    ONE,
    /** N(0, .05²), the authors' start of every weight. */
    NORMAL_05,
    /** N(0, .01²), positional embeddings. */
    NORMAL_01,
    /** I + .001 N(0,1), invertible linear maps. */
    NEAR_IDENTITY
  }
}
