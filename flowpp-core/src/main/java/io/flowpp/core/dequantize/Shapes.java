package io.flowpp.core.dequantize;

import ai.djl.ndarray.types.Shape;

/** Shapes of batches in which every image stands several times. */
final class Shapes {
  private Shapes() {}

  static Shape repeated(Shape s, int copies) {
    return new Shape(s.get(0) * copies, s.get(1), s.get(2), s.get(3));
  }
}
