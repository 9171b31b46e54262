package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One flat vector to which all replicas of a device bring their gradients parameter by parameter,
 * where otherwise each has a vector of the size of the model. A parameter's gradients are added in
 * the order of the replicas, whichever comes first: the sum is bit for bit that of whole vectors
 * added in that order. Who comes too early leaves his; he does not wait.
 */
final class SharedGradient implements AutoCloseable {
  /** Float32 values in 64 bytes, to which the library aligns what it allocates. */
  private static final int ALIGNED = 16;

  private final NDManager manager;
  private final Kernels kernels;
  private final Weights sums;
  private final int shares;
  private final long[] begins;
  private final List<Turn> turns = new ArrayList<>(); // guarded by this

  SharedGradient(NDManager parent, Kernels kernels, Weights like, int shares) {
    manager = parent.newSubManager();
    this.kernels = kernels;
    this.shares = shares;
    sums = Weights.zeros(manager, kernels, like.parameters(), like.flat().getDataType());
    begins = new long[like.parameters().size()];
    for (int i = 1; i < begins.length; i++) {
      begins[i] = begins[i - 1] + like.parameters().get(i - 1).shape().size();
    }
  }

  /** What became of one parameter's gradients. */
  private static final class Turn {
    private final @Nullable NDArray[] waiting;
    private final boolean[] brought;
    private int next;

    Turn(int shares) {
      waiting = new NDArray[shares];
      brought = new boolean[shares];
    }

    boolean isNextHere() {
      return next < brought.length && brought[next];
    }
  }

  /** Before a batch: forgets the last one, and what a share that failed has left. */
  synchronized void begin() {
    for (Turn turn : turns) {
      for (NDArray left : turn.waiting) {
        if (left != null) {
          left.close();
        }
      }
    }
    turns.clear();
    for (int i = 0; i < sums.parameters().size(); i++) {
      turns.add(new Turn(shares));
    }
    kernels.call("zero").with(sums.flat()).run().close();
  }

  /**
   * Where one replica's share goes, one micro-batch of it.
   *
   * @param order of the replica, from 0
   */
  Gathering share(int order) {
    return new Share(order);
  }

  /**
   * Zeros that lie in memory as the parameter does in a flat vector, as far as the vector unit can
   * tell: matrix products round otherwise where their result is not aligned.
   */
  private NDArray zeros(Parameter parameter) {
    long gap = begins[parameter.index()] % ALIGNED;
    long size = parameter.shape().size();
    try (NDManager scratch = manager.newSubManager()) {
      NDArray room = scratch.zeros(new Shape(gap + size), sums.flat().getDataType());
      NDArray zeros = room.get(new NDIndex(gap + ":")).reshape(parameter.shape());
      zeros.attach(manager);
      return zeros;
    }
  }

  /**
   * @param gradient null where the share has none
   */
  private synchronized void bring(Parameter parameter, int order, @Nullable NDArray gradient) {
    Turn turn = turns.get(parameter.index());
    if (turn.brought[order]) {
      throw new IllegalStateException(
          "the gradient by " + parameter.name() + " came twice from share " + order);
    }
    turn.brought[order] = true;
    turn.waiting[order] = gradient;
    while (turn.isNextHere()) {
      NDArray now = turn.waiting[turn.next];
      if (now != null) {
        sums.get(parameter).addi(now);
        now.close();
        turn.waiting[turn.next] = null;
      }
      turn.next++;
    }
  }

  private synchronized boolean hasBrought(Parameter parameter, int order) {
    return turns.get(parameter.index()).brought[order];
  }

  @Override
  public void close() {
    sums.close();
    manager.close();
  }

  private final class Share implements Gathering {
    private final int order;
    private final Map<Parameter, NDArray> open = new LinkedHashMap<>();

    Share(int order) {
      this.order = order;
    }

    @Override
    public void begin() {
      open.values().forEach(NDArray::close); // left by a share that failed
      open.clear();
    }

    @Override
    public NDArray of(Parameter parameter) {
      return open.computeIfAbsent(parameter, SharedGradient.this::zeros);
    }

    @Override
    public void settle(@Nullable Parameter unfinished) {
      NDArray kept = unfinished == null ? null : open.remove(unfinished);
      open.forEach((parameter, gradient) -> bring(parameter, order, gradient));
      open.clear();
      if (unfinished != null && kept != null) {
        open.put(unfinished, kept);
      }
    }

    @Override
    public @Nullable NDArray end() {
      settle(null);
      for (Parameter parameter : sums.parameters()) {
        if (!hasBrought(parameter, order)) {
          bring(parameter, order, null);
        }
      }
      if (order > 0) {
        return null;
      }
      NDArray sum = sums.flat().stopGradient();
      sum.attach(manager);
      return sum;
    }

    @Override
    public void close() {
      begin();
    }
  }
}
