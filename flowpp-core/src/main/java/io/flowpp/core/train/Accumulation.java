package io.flowpp.core.train;

import io.flowpp.core.kernel.Gradients;

/**
 * A replica's share of a batch in micro-batches, whose losses and gradients are added up in order.
 * Noise and masks are those that the images have in the whole batch, so that only the order of
 * summation differs from doing it at once.
 */
final class Accumulation {
  private Accumulation() {}

  /**
   * @param microBatch most images of one forward and backward pass; 0 for all at once
   */
  static Replica.Share gradient(
      Replica replica, int microBatch, int step, int[] indices, int from, int to) {
    int count = to - from;
    int parts = microBatch == 0 ? 1 : Math.max(1, (count + microBatch - 1) / microBatch);
    Replica.Share sum = replica.gradient(step, indices, from, from + count / parts);
    try (Gradients off = Gradients.off()) {
      for (int i = 1; i < parts; i++) {
        int begin = from + (int) ((long) i * count / parts);
        int end = from + (int) ((long) (i + 1) * count / parts);
        Replica.Share part = replica.gradient(step, indices, begin, end);
        sum.gradient().addi(part.gradient());
        part.gradient().close();
        sum = new Replica.Share(sum.loss() + part.loss(), sum.gradient());
      }
      return sum;
    } catch (RuntimeException e) {
      sum.gradient().close();
      throw e;
    }
  }
}
