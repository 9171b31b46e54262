package io.flowpp.core.spec;

/**
 * What a training holds in memory at its peak, in bytes, estimated from the spec alone. It leaves
 * out the JVM, the native library itself and the memory-mapped data.
 *
 * @param weights the trainable values
 * @param optimiser their gradients, Adam's two moments and the moving average
 * @param activations what the backward pass needs of a batch
 */
public record MemoryEstimate(long weights, long optimiser, long activations) {
  private static final int FLOAT_BYTES = 4;

  /** Gradient, first moment, second moment, moving average. */
  private static final int COPIES_OF_WEIGHTS = 4;

  // Values that stay until the backward pass, for each position and filter of a block, in the order
  // in which they are computed.

  /** concat_elu 2, conv 1, concat_elu 2, dropout 2, conv 2, sigmoid 1, product 1, sum 1. */
  private static final int GATED_CONV = 12;

  /** The 1x1 of the context and the sum. */
  private static final int CONTEXT = 2;

  /**
   * Input with position 1, query, key and value 3, output 1, dropout 1, 1x1 2, sigmoid 1, product
   * 1, sum 1.
   */
  private static final int MIXING = 11;

  /** Weights of the attention before and after dropout, for each head and pair of positions. */
  private static final long ATTENTION_MAPS = 2;

  /** The normalised value. */
  private static final int LAYER_NORM = 1;

  /**
   * For each transformed value and parameter of its transform: the parameter itself, and the
   * temporaries of log CDF, log density and their logit.
   */
  private static final int TRANSFORM = 6;

  /**
   * Norm, pointwise, the affine and both halves put together again, for each value of both halves.
   */
  private static final int AROUND_A_COUPLING = 5;

  public long total() {
    return weights + optimiser + activations;
  }

  public static MemoryEstimate of(ModelSpec model, TrainingSpec training) {
    long weights = ParameterCount.of(model).total() * FLOAT_BYTES;
    long values = dequantizer(model);
    for (PlacedStep placed : PlacedStep.of(model)) {
      if (placed.step() instanceof FlowStepSpec.Couplings c) {
        values += c.count() * coupling(c.coupling(), PlacedStep.half(c.split(), placed.in()), 0);
      }
    }
    return new MemoryEstimate(
        weights, COPIES_OF_WEIGHTS * weights, values * training.batch() * FLOAT_BYTES);
  }

  private static long dequantizer(ModelSpec model) {
    if (model.dequantizer() instanceof DequantizerSpec.Variational v) {
      ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, model.shape());
      ContextSpec c = v.context();
      long block = positions(half) * c.filters() * (GATED_CONV + (c.normalised() ? 1L : 0L));
      long context =
          positions(half) * c.filters()
              + c.blocks() * (block + mixing(c.mixing(), c.filters(), half));
      return context + v.couplings() * coupling(v.coupling(), half, CONTEXT);
    }
    return 0;
  }

  /** Values for one image of one coupling that transforms {@code half}. */
  private static long coupling(CouplingSpec coupling, ImageShape half, int context) {
    ConditionerSpec n = coupling.conditioner();
    long positions = positions(half);
    long block =
        positions * n.filters() * (GATED_CONV + context + LAYER_NORM)
            + mixing(n.mixing(), n.filters(), half);
    long transform = (long) TRANSFORM * half.dimensions() * coupling.parametersPerChannel();
    return n.blocks() * block + transform + 2L * AROUND_A_COUPLING * half.dimensions();
  }

  /** Values of one mixing step and the layer norm after it. */
  private static long mixing(MixingSpec mixing, long filters, ImageShape half) {
    long positions = positions(half);
    long maps =
        mixing instanceof MixingSpec.SelfAttention a
            ? ATTENTION_MAPS * a.heads() * positions * positions
            : 0;
    return mixing instanceof MixingSpec.None
        ? 0
        : positions * filters * (MIXING + LAYER_NORM) + maps;
  }

  private static long positions(ImageShape shape) {
    return (long) shape.height() * shape.width();
  }
}
