package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One walk through a model: the weights it reads, the arithmetic it uses, whether it drops values.
 * Layers hold no state, so that the same model can be walked with the trained and the averaged
 * weights.
 *
 * @param seed root of the dropout masks of this walk
 * @param firstImage where this walk's images stand in the batch whose masks {@code seed} gives
 * @param checked whether each layer's result is held to be finite: slower, to find the layer at
 *     fault
 */
public record Pass(
    NDManager manager,
    Kernels kernels,
    Weights weights,
    Mode mode,
    long seed,
    int firstImage,
    boolean checked) {
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
          walk.accept(one, new Pass(scratch, kernels, weights, Mode.REFERENCE, seed, 0, true));
        }
      }
    }
    try (Gradients off = Gradients.off();
        NDManager scratch = manager.newSubManager()) {
      Mode again = mode == Mode.INITIALISE ? Mode.EVALUATE : mode;
      walk.accept(all, new Pass(scratch, kernels, weights, again, seed, firstImage, true));
    }
    throw new NonFiniteException("the model", "gave infinities or NaN, and none in a second walk");
  }

  /**
   * Does a part of this walk. While it initialises, what the part leaves along the way is freed at
   * its end, so that the large batch of an initialisation needs the memory of one part alone; else
   * the backward pass may need it.
   *
   * @param results all arrays of the part's result
   */
  public <T> T part(
      NDList in, BiFunction<NDList, Pass, T> part, Function<T, List<NDArray>> results) {
    if (mode != Mode.INITIALISE) {
      return part.apply(in, this);
    }
    try (NDManager scratch = manager.newSubManager()) {
      // results belong to the manager of what they are computed from
      in.forEach(array -> array.tempAttach(scratch));
      T out = part.apply(in, new Pass(scratch, kernels, weights, mode, seed, firstImage, checked));
      results.apply(out).forEach(array -> array.attach(manager));
      return out;
    }
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
    int threshold = (int) Math.round(probability * 256);
    if (!drops() || threshold == 0) {
      return masks;
    }
    for (int i = 0; i < shapes.size(); i++) {
      byte[] kept = new byte[Math.toIntExact(shapes.get(i).size())];
      long before = firstImage * (shapes.get(i).size() / shapes.get(i).get(0));
      CounterRandom.mask(Seeds.derive(seed, layer, i), threshold, before, kept);
      NDArray mask =
          manager.create(ByteBuffer.wrap(kept), shapes.get(i), DataType.UINT8).toType(type, true);
      masks.add(mask.muli(256f / (256 - threshold)));
    }
    return masks;
  }
}
