package io.flowpp.core.spec;

/**
 * What a training holds in memory at its peak, in bytes, estimated from the spec alone. It leaves
 * out the JVM, the native library itself (together about 350 MB) and the memory-mapped data.
 * Networks so small that the JVM computes them keep less than it says.
 *
 * @param weights the trainable values
 * @param optimiser their gradients, one for each thread, Adam's two moments and the moving average
 * @param activations what the backward pass needs of a batch
 */
public record MemoryEstimate(long weights, long optimiser, long activations) {
  private static final int FLOAT_BYTES = 4;

  /** First moment, second moment, moving average. */
  private static final int COPIES_OF_WEIGHTS = 3;

  // Values that stay until the backward pass, for each position and filter of a block, in quarters
  // and in the order in which they are computed.

  /**
   * concat_elu 2, tiles of the convolution 4.5 (or its input, which is the same concat_elu), what
   * the second map reads 2, its result 2, their sum with the input 1.
   */
  private static final int GATED_CONV = 4 * 7;

  private static final int TILES = 18;

  // In bfloat16 there are no tiles, and half the bytes of some of those values: of a gated
  // convolution the second map's result, which makes up for a copy of the first one's input.

  /** q, k, v -1.5, what the attention gives -.5, the map's result -1. */
  private static final int MIXING_NARROW = -12;

  /** What is left -.5. */
  private static final int MIXING_DROPOUT_NARROW = -2;

  /**
   * For each head, position and position: an exponential in bfloat16. On a GPU they do not stay.
   */
  private static final int EXPONENTIAL_NARROW = 2;

  /** The mask, in bytes, of 2 values. */
  private static final int GATED_CONV_DROPOUT = 2;

  /** q, k, v 3, what the attention gives 1, the map's result 2, its sum with the input 1. */
  private static final int MIXING = 4 * 7;

  /** What is left 1 and the mask, in bytes. */
  private static final int MIXING_DROPOUT = 4 + 1;

  /** Its result. */
  private static final int LAYER_NORM = 4;

  /** What a lean walk keeps of a block: its input. */
  private static final int LEAN = 4;

  /**
   * What a part computes along its way back for each value that it keeps, in percent; there is one
   * part at a time.
   */
  private static final int WAY_BACK_PERCENT = 150;

  /** For each parameter of a transform: as the network gives it. */
  private static final int PARAMETER = 1;

  /** For each component of each transformed value, while its way back is computed. */
  private static final int COMPONENT = 24;

  /**
   * Norm, pointwise, the affine and both halves put together again, for each value of both halves.
   */
  private static final int AROUND_A_COUPLING = 6;

  /**
   * Bytes in memory for a byte of those values, in percent: gaps between them. Measured on a CPU in
   * float32 with CIFAR-10's network at batch 8, the estimate and 350 MB are then within 10% of the
   * peak of a step in both modes.
   */
  private static final int MEASURED_PERCENT = 120;

  public long total() {
    return weights + optimiser + activations;
  }

  /**
   * @param threads that share a batch
   * @param memory {@link Memory#FAST} or {@link Memory#LEAN}
   */
  public static MemoryEstimate of(
      ModelSpec model, TrainingSpec training, int threads, Memory memory) {
    long weights = ParameterCount.of(model).total() * FLOAT_BYTES;
    boolean lean = memory == Memory.LEAN;
    Precision precision = training.compute().precision();
    long kept = 0;
    long largest = 0;
    if (model.dequantizer() instanceof DequantizerSpec.Variational v) {
      ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, model.shape());
      ContextSpec c = v.context();
      boolean dropout = v.coupling().conditioner().dropout() > 0;
      long block = block(half, c.filters(), c.normalised(), c.mixing(), dropout, precision);
      kept += c.blocks() * (lean ? positions(half) * c.filters() : block);
      // The activated output is held once, for all couplings.
      kept += positions(half) * 2L * c.filters();
      kept += v.couplings() * coupling(v.coupling(), half, lean, precision);
      largest = Math.max(block, largestPart(v.coupling(), half, precision));
    }
    for (PlacedStep placed : PlacedStep.of(model)) {
      if (placed.step() instanceof FlowStepSpec.Couplings c) {
        ImageShape half = PlacedStep.half(c.split(), placed.in());
        kept += c.count() * coupling(c.coupling(), half, lean, precision);
        largest = Math.max(largest, largestPart(c.coupling(), half, precision));
      }
    }
    int micro = training.compute().microBatch();
    long images =
        micro == 0 ? training.batch() : Math.min(training.batch(), (long) micro * threads);
    long values = kept + largest * (lean ? 100 + WAY_BACK_PERCENT : WAY_BACK_PERCENT) / 100;
    return new MemoryEstimate(
        weights,
        (COPIES_OF_WEIGHTS + (lean && micro == 0 ? 1 : Math.min(threads, training.batch())))
            * weights,
        values * images * FLOAT_BYTES * MEASURED_PERCENT / 100);
  }

  /**
   * What {@code training.memory} means on a machine.
   *
   * @param available bytes that the training may take
   */
  public static Memory choose(ModelSpec model, TrainingSpec training, int threads, long available) {
    Memory wanted = training.compute().memory();
    if (wanted != Memory.AUTO) {
      return wanted;
    }
    boolean fits = of(model, training, threads, Memory.FAST).total() <= available;
    return fits ? Memory.FAST : Memory.LEAN;
  }

  /** Values for one image that one coupling which transforms {@code half} keeps. */
  private static long coupling(
      CouplingSpec coupling, ImageShape half, boolean lean, Precision precision) {
    ConditionerSpec n = coupling.conditioner();
    long block = lean ? positions(half) * LEAN * n.filters() / 4 : block(n, half, precision);
    return n.blocks() * block
        + positions(half) * n.filters() * (lean ? 1L : 4L)
        + half.dimensions() * ((long) PARAMETER * parameters(coupling) + 2L * AROUND_A_COUPLING);
  }

  /** Values for one image of a coupling's largest part: a block, or the transform. */
  private static long largestPart(CouplingSpec coupling, ImageShape half, Precision precision) {
    long transform = half.dimensions() * (long) PARAMETER * parameters(coupling);
    if (coupling instanceof CouplingSpec.MixtureOfLogistics m) {
      long held = half.dimensions() * (long) COMPONENT * m.components();
      transform += m.arithmetic() == Arithmetic.FLOAT64 ? 2 * held : held;
    }
    return Math.max(block(coupling.conditioner(), half, precision), transform);
  }

  private static long block(ConditionerSpec n, ImageShape half, Precision precision) {
    return block(half, n.filters(), true, n.mixing(), n.dropout() > 0, precision);
  }

  /** Values for one image of one block on {@code shape}. */
  private static long block(
      ImageShape shape,
      long filters,
      boolean norm,
      MixingSpec mixing,
      boolean dropout,
      Precision precision) {
    boolean mixes = !(mixing instanceof MixingSpec.None);
    boolean narrow = precision == Precision.BF16;
    boolean tiles = 2 * filters * filters > 8192 && !narrow;
    long quarters =
        filters
            * (GATED_CONV
                + (tiles ? TILES : 0)
                + (dropout ? GATED_CONV_DROPOUT : 0)
                + (norm ? LAYER_NORM : 0)
                + (mixes ? MIXING + LAYER_NORM : 0)
                + (mixes && dropout ? MIXING_DROPOUT : 0));
    if (narrow && mixing instanceof MixingSpec.SelfAttention attention) {
      quarters += filters * (MIXING_NARROW + (dropout ? MIXING_DROPOUT_NARROW : 0));
      quarters += attention.heads() * positions(shape) * EXPONENTIAL_NARROW;
    }
    return positions(shape) * quarters / 4;
  }

  /** Parameters of the transform of one value, in float32: a float64 counts as two more. */
  private static long parameters(CouplingSpec coupling) {
    long parameters = coupling.parametersPerChannel();
    boolean wide =
        coupling instanceof CouplingSpec.MixtureOfLogistics m
            && m.arithmetic() == Arithmetic.FLOAT64;
    return wide ? 3 * parameters : parameters;
  }

  private static long positions(ImageShape shape) {
    return (long) shape.height() * shape.width();
  }
}
