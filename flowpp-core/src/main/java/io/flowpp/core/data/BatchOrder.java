package io.flowpp.core.data;

import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import org.jspecify.annotations.Nullable;

/**
 * The order in which training reads images: a pure function of (seed, epoch), so that a resumed
 * training goes on with exactly the batches that were left.
 *
 * <p>Epochs stand end to end and batches are cut from that line: every image comes exactly once an
 * epoch, all batches have the same size, and a batch may hold the end of one epoch and the
 * beginning of the next.
 *
 * <pre>{@code
 * BatchOrder order = BatchOrder.of(seed, images.size(), 16);
 * int[] first = order.batch(0);
 * }</pre>
 */
public final class BatchOrder {
  private final long seed;
  private final int size;
  private final int batch;
  private volatile @Nullable Epoch latest; // saves a shuffle a batch; never changes a result

  private BatchOrder(long seed, int size, int batch) {
    if (size < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "an order needs at least one image and one image a batch, not " + size + " and " + batch);
    }
    this.seed = seed;
    this.size = size;
    this.batch = batch;
  }

  /**
   * @param size number of images
   * @param batch images a batch; may be more than there are
   */
  public static BatchOrder of(long seed, int size, int batch) {
    return new BatchOrder(seed, size, batch);
  }

  /**
   * @param number counted from 0: training step {@code s}, counted from 1, reads batch {@code s -
   *     1}
   * @return the indices of its images
   */
  public int[] batch(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("batches are counted from 0, not " + number);
    }
    int[] indices = new int[batch];
    long position = Math.multiplyExact(number, (long) batch);
    for (int i = 0; i < batch; i++, position++) {
      indices[i] = epoch(position / size)[(int) (position % size)];
    }
    return indices;
  }

  /** How many times all images have been read before batch {@code number}, with its fraction. */
  public double epochs(long number) {
    return (double) number * batch / size;
  }

  /**
   * The images 0 to {@code size - 1} in the order of one epoch, by the shuffle of Fisher and Yates.
   */
  public static int[] permutation(long seed, long epoch, int size) {
    long epochSeed = Seeds.derive(seed, "batch-order", epoch);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = CounterRandom.below(epochSeed, i, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private int[] epoch(long number) {
    Epoch known = latest;
    if (known == null || known.number != number) {
      known = new Epoch(number, permutation(seed, number, size));
      latest = known;
    }
    return known.order;
  }

  private static final class Epoch {
    private final long number;
    private final int[] order;

    Epoch(long number, int[] order) {
      this.number = number;
      this.order = order;
    }
  }
}
