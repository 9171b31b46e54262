package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.kernel.NativeMemory;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import io.flowpp.core.spec.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One walk through a model: the weights it reads, the arithmetic it uses, whether it drops values.
 * Layers hold no state, so that the same model can be walked with the trained and the averaged
 * weights.
 *
 * @param seed root of the dropout masks of this walk
 * @param firstImage where this walk's images stand in the batch whose masks {@code seed} gives
 * @param checked whether each layer's result is held to be finite: slower, to find the layer at
 *     fault
 * @param precision of the networks; plain walks are always in the weights' type
 * @param recording what a walk that is differentiated does besides; null in others
 */
public record Pass(
    NDManager manager,
    Kernels kernels,
    Weights weights,
    Mode mode,
    long seed,
    int firstImage,
    boolean checked,
    Precision precision,
    @Nullable Recording recording) {

  /**
   * How a walk is differentiated.
   *
   * @param gradients where the way back leaves those of the loss by the weights
   * @param lean whether the way back computes again what lies within a block of a network
   */
  public record Recording(GradientSink gradients, boolean lean) {}

  /** A walk in float32 or better that is not differentiated. */
  public Pass(
      NDManager manager,
      Kernels kernels,
      Weights weights,
      Mode mode,
      long seed,
      int firstImage,
      boolean checked) {
    this(manager, kernels, weights, mode, seed, firstImage, checked, Precision.FP32, null);
  }

  /** A walk with a part of a batch. */
  public Pass(
      NDManager manager, Kernels kernels, Weights weights, Mode mode, long seed, int firstImage) {
    this(manager, kernels, weights, mode, seed, firstImage, false);
  }

  /** A walk with a whole batch. */
  public Pass(NDManager manager, Kernels kernels, Weights weights, Mode mode, long seed) {
    this(manager, kernels, weights, mode, seed, 0);
  }

  /** What a walk is for. */
  public enum Mode {
    /**
     * Sets weights so that pre-activations have zero mean and unit variance on this batch (Salimans
     * and Kingma 2016).
     */
    INITIALISE,
    /** Dropout on, fast kernels. */
    TRAIN,
    /** Dropout off, fast kernels. */
    EVALUATE,
    /** Dropout off, plain array operations that read like the equations. */
    REFERENCE
  }

  /** The same walk with its networks in another precision. */
  public Pass in(Precision other) {
    return new Pass(manager, kernels, weights, mode, seed, firstImage, checked, other, recording);
  }

  /** The same walk, ready to be differentiated. */
  public Pass recording(Recording wanted) {
    return new Pass(manager, kernels, weights, mode, seed, firstImage, checked, precision, wanted);
  }

  /** The same walk with what it makes on its own owned by {@code other}. */
  public Pass owning(NDManager other) {
    return new Pass(other, kernels, weights, mode, seed, firstImage, checked, precision, recording);
  }

  private Pass checking(NDManager scratch, Mode other, int first) {
    return new Pass(scratch, kernels, weights, other, seed, first, true, precision, null);
  }

  /**
   * The recording of a walk that is differentiated.
   *
   * @throws IllegalStateException if this walk is not
   */
  Recording requireRecording() {
    if (recording == null) {
      throw new IllegalStateException("this walk is not differentiated: it has no recording");
    }
    return recording;
  }

  /** Where the way back adds the gradient by {@code parameter}. */
  public NDArray gradient(Parameter parameter) {
    return requireRecording().gradients().of(parameter);
  }

  /** The same for several, in their order. */
  public List<NDArray> gradients(List<Parameter> parameters) {
    return parameters.stream().map(this::gradient).toList();
  }

  /** Says that the way back through a part has left all its gradients. */
  public void settle() {
    requireRecording().gradients().settle(null);
  }

  public NDArray value(Parameter parameter) {
    return weights.get(parameter);
  }

  /**
   * Holds {@code result} to be finite; if it is not, walks again to find the layer at fault: image
   * by image and by plain operations, which tells the part of a network, then as this pass did.
   *
   * @param batches gives what the walk begins with, [B,...] each
   * @param walk repeats the walk with some of the batch
   * @throws NonFiniteException naming the layer; the walk may throw another exception that tells
   *     the fault better
   */
  public NDArray requireFinite(
      NDArray result, Supplier<List<NDArray>> batches, BiConsumer<List<NDArray>, Pass> walk) {
    if (NonFiniteException.isFinite(result, kernels)) {
      return result;
    }
    List<NDArray> all = batches.get();
    long images = all.get(0).getShape().get(0);
    try (Gradients off = Gradients.off()) {
      for (long i = 0; i < images; i++) {
        try (NDManager scratch = manager.newSubManager()) {
          List<NDArray> one = new ArrayList<>();
          for (NDArray batch : all) {
            NDArray image = batch.get(i + ":" + (i + 1)).duplicate();
            image.attach(scratch);
            one.add(image);
          }
          walk.accept(one, checking(scratch, Mode.REFERENCE, 0));
        }
      }
    }
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      Mode again = mode == Mode.INITIALISE ? Mode.EVALUATE : mode;
      walk.accept(all, checking(scratch, again, firstImage));
    }
    throw new NonFiniteException("the model", "gave infinities or NaN, and none in a second walk");
  }

  /**
   * Does a part of this walk. Unless the tensor library records it, what the part leaves along the
   * way is freed at its end, so that a walk needs the memory of its largest part alone.
   *
   * @param results all arrays of the part's result
   */
  public <T> T part(
      NDList in, BiFunction<NDList, Pass, T> part, Function<T, List<NDArray>> results) {
    if (Gradients.recording()) {
      return part.apply(in, this);
    }
    try (NDManager scratch = manager.newSubManager()) {
      // results belong to the manager of what they are computed from
      T out = part.apply(aliases(in, scratch), owning(scratch));
      results.apply(out).forEach(array -> array.attach(manager));
      return out;
    }
  }

  /** The same values under handles of their own, which another owner may close. */
  public static NDList aliases(NDList values, NDManager owner) {
    NDList aliases = new NDList();
    for (NDArray value : values) {
      NDArray alias = value.stopGradient();
      alias.attach(owner);
      aliases.add(alias);
    }
    return aliases;
  }

  /** Overwrites a parameter, as an initialising walk does. */
  void assign(Parameter parameter, NDArray value) {
    weights.assign(parameter, value, kernels);
  }

  /**
   * {@code value}, which a checked walk has found finite.
   *
   * @param where the layer that gave it
   * @throws NonFiniteException if it is not
   */
  public NDArray finite(String where, NDArray value) {
    if (checked) {
      NonFiniteException.require(where, value, kernels);
    }
    return value;
  }

  /** True where dropout acts. */
  public boolean drops() {
    return mode == Mode.TRAIN || mode == Mode.INITIALISE;
  }

  /** True where networks are computed by plain array operations. */
  public boolean plain() {
    return mode == Mode.REFERENCE || mode == Mode.INITIALISE;
  }

  /**
   * Masks of 0 and 1/(1-p) for a network's dropout layers, after a placeholder; the placeholder
   * alone where nothing drops. The probability is rounded to 1/256.
   *
   * @param layer the network's name: masks are a function of (seed, layer, position)
   */
  public List<NDArray> dropoutMasks(
      String layer, double probability, DataType type, List<Shape> shapes) {
    List<NDArray> masks = new ArrayList<>();
    masks.add(kernels.listHead());
    double rate = dropoutRate(probability);
    for (int i = 0; rate > 1 && i < shapes.size(); i++) {
      NDArray mask = dropoutMask(layer, i, probability, shapes.get(i), manager);
      masks.add(mask.toType(type, true).muli(rate));
    }
    return masks;
  }

  /** 1/(1-p) as {@link #dropoutMasks} rounds it; 1 where nothing drops. */
  double dropoutRate(double probability) {
    return drops() ? 256. / (256 - threshold(probability)) : 1;
  }

  /** The mask of one dropout layer as 0 and 1, [B,H,W,C] uint8. */
  NDArray dropoutMask(String layer, int index, double probability, Shape shape, NDManager owner) {
    byte[] kept = new byte[Math.toIntExact(shape.size())];
    long before = firstImage * (shape.size() / shape.get(0));
    CounterRandom.mask(Seeds.derive(seed, layer, index), threshold(probability), before, kept);
    return NativeMemory.bytes(owner, kept, shape);
  }

  /**
   * The same of one image.
   *
   * @param image of this walk's
   * @param kept to be filled, [H·W·C]
   */
  void dropoutMask(String layer, int index, double probability, int image, byte[] kept) {
    long before = (long) (firstImage + image) * kept.length;
    CounterRandom.mask(Seeds.derive(seed, layer, index), threshold(probability), before, kept);
  }

  private static int threshold(double probability) {
    return (int) Math.round(probability * 256);
  }
}
