package io.flowpp.core.spec;

/**
 * How a step is computed.
 *
 * @param microBatch images of one forward and backward pass of a thread, whose gradients are added
 *     up; 0 for all of its share of the batch at once
 * @param tf32 whether a GPU may round the factors of float32 products to 10 bits of mantissa
 */
public record ComputeSpec(Memory memory, Precision precision, int microBatch, boolean tf32) {
  public static final ComputeSpec USUAL = new ComputeSpec(Memory.AUTO, Precision.FP32, 0, false);

  /**
   * @throws SpecException if the micro-batch is negative
   */
  public ComputeSpec {
    SpecException.requireNotNegative("images of a micro-batch", microBatch);
  }
}
