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

  /** Inputs of the two convolutions, concat_elu 2 each, and of the gate 2. */
  private static final int GATED_CONV = 6;

  /** Mask and product, on 2 values. */
  private static final int GATED_CONV_DROPOUT = 4;

  /**
   * Inputs of the first map 1, of the attention 3 (or its ablation), of the second map 1, of the
   * gate 2. The scores of the attention are never held: it computes them again.
   */
  private static final int MIXING = 7;

  /** Mask and product. */
  private static final int MIXING_DROPOUT = 2;

  /** Its input. */
  private static final int LAYER_NORM = 1;

  /** For each parameter of a transform: as the network gives it, and with components first. */
  private static final int PARAMETER = 2;

  /**
   * For each component of each transformed value: its log-weight, x - mean, 1/scale, z, log-sigmoid
   * twice, and what the logs of CDF, survival and density are summed from.
   */
  private static final int COMPONENT = 9;

  /**
   * Norm, pointwise, the affine and both halves put together again, for each value of both halves.
   */
  private static final int AROUND_A_COUPLING = 5;

  /**
   * Bytes in memory for a byte of those values, in percent: what the backward pass computes along
   * the way, and gaps. On a CPU in float32, with CIFAR-10's network of 2 or 4 blocks, 1 or 32
   * components and batches of 1 to 8, the estimate is then within 10% of what a step was measured
   * to add.
   */
  private static final int MEASURED_PERCENT = 130;

  public long total() {
    return weights + optimiser + activations;
  }

  public static MemoryEstimate of(ModelSpec model, TrainingSpec training) {
    long weights = ParameterCount.of(model).total() * FLOAT_BYTES;
    long values = dequantizer(model);
    for (PlacedStep placed : PlacedStep.of(model)) {
      if (placed.step() instanceof FlowStepSpec.Couplings c) {
        values += c.count() * coupling(c.coupling(), PlacedStep.half(c.split(), placed.in()));
      }
    }
    return new MemoryEstimate(
        weights,
        COPIES_OF_WEIGHTS * weights,
        values * training.batch() * FLOAT_BYTES * MEASURED_PERCENT / 100);
  }

  private static long dequantizer(ModelSpec model) {
    if (model.dequantizer() instanceof DequantizerSpec.Variational v) {
      ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, model.shape());
      ContextSpec c = v.context();
      boolean dropout = v.coupling().conditioner().dropout() > 0;
      long context = c.blocks() * block(c.filters(), c.normalised(), c.mixing(), dropout);
      // The activated output is held once, for all couplings.
      return positions(half) * (context + 2L * c.filters())
          + v.couplings() * coupling(v.coupling(), half);
    }
    return 0;
  }

  /** Values for one image of one coupling that transforms {@code half}. */
  private static long coupling(CouplingSpec coupling, ImageShape half) {
    ConditionerSpec n = coupling.conditioner();
    long network =
        n.blocks() * block(n.filters(), true, n.mixing(), n.dropout() > 0)
            + n.filters() * (n.ending() == Ending.ACTIVATED ? 2L : 1L);
    return positions(half) * network
        + half.dimensions() * (transform(coupling) + 2L * AROUND_A_COUPLING);
  }

  /** Values of one block, for each position. */
  private static long block(long filters, boolean norm, MixingSpec mixing, boolean dropout) {
    boolean mixes = !(mixing instanceof MixingSpec.None);
    return filters
        * (GATED_CONV
            + (dropout ? GATED_CONV_DROPOUT : 0)
            + (norm ? LAYER_NORM : 0)
            + (mixes ? MIXING + LAYER_NORM : 0)
            + (mixes && dropout ? MIXING_DROPOUT : 0));
  }

  /** Values of the transform of one value, in float32: a float64 counts as two. */
  private static long transform(CouplingSpec coupling) {
    long parameters = coupling.parametersPerChannel();
    if (coupling instanceof CouplingSpec.MixtureOfLogistics m) {
      long held = PARAMETER * parameters + (long) COMPONENT * m.components();
      return m.arithmetic() == Arithmetic.FLOAT64 ? parameters + 2 * held : held;
    }
    return PARAMETER * parameters;
  }

  private static long positions(ImageShape shape) {
    return (long) shape.height() * shape.width();
  }
}
