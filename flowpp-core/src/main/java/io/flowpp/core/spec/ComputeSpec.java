package io.flowpp.core.spec;

/**
 * How a step is computed.
 *
 * @param microBatch images of one forward and backward pass of a thread, whose gradients are added
 *     up; 0 for all of its share of the batch at once
 * @param tf32 whether a GPU may round the factors of float32 products to 10 bits of mantissa. The
 *     environment decides it before Java starts (NVIDIA_TF32_OVERRIDE=0 forbids it,
 *     TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1 allows it everywhere): whoever runs a training holds the
 *     two together
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
