package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One walk through a model: the weights it reads, the arithmetic it uses, whether it drops values.
 * Layers hold no state, so that the same model can be walked with the trained and the averaged
 * weights.
 *
 * @param seed root of the dropout masks of this walk
 * @param firstImage where this walk's images stand in the batch whose masks {@code seed} gives
 */
public record Pass(
    NDManager manager, Kernels kernels, Weights weights, Mode mode, long seed, int firstImage) {
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
    /**
     * Dropout off, plain array operations that read like the equations; every layer's result is
     * held to be finite.
     */
    REFERENCE
  }

  public NDArray value(Parameter parameter) {
    return weights.get(parameter);
  }

  /** Overwrites a parameter, as an initialising walk does. */
  void assign(Parameter parameter, NDArray value) {
    weights.assign(parameter, value, kernels);
  }

  /**
   * {@code value}, which a walk by plain operations has found finite.
   *
   * @param where the layer that gave it
   * @throws NonFiniteException if it is not
   */
  public NDArray finite(String where, NDArray value) {
    if (mode == Mode.REFERENCE) {
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
