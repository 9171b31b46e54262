package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/**
 * Reverse-mode differentiation without DJL's collector, of which only one may be open in a process:
 * the gradient mode of libtorch is one flag a thread.
 */
public final class Gradients implements AutoCloseable {
  private final boolean before;

  private Gradients(boolean on) {
    before = JniUtils.isGradMode();
    JniUtils.setGradMode(on);
  }

  /** Operations of this thread are recorded until the result is closed. */
  public static Gradients record() {
    return new Gradients(true);
  }

  /** Operations of this thread are not recorded until the result is closed. */
  public static Gradients off() {
    return new Gradients(false);
  }

  /** Whether operations of this thread are recorded. */
  public static boolean recording() {
    return JniUtils.isGradMode();
  }

  /** Adds d scalar / d leaf to the gradient of every leaf that {@code scalar} depends on. */
  public static void backward(NDArray scalar) {
    NDArray one = scalar.getManager().ones(scalar.getShape(), scalar.getDataType());
    JniUtils.backward((PtNDArray) scalar, (PtNDArray) one, false, false);
  }

  /**
   * The gradients of {@code leaves}, handles owned by {@code manager}; zeros where none arrived.
   */
  public static List<NDArray> of(List<NDArray> leaves, NDManager manager) {
    return leaves.stream()
        .map(
            leaf -> {
              NDArray gradient = leaf.getGradient();
              gradient.attach(manager);
              // where none arrived the library gives zeros of its default type
              return gradient.getDataType() == leaf.getDataType()
                  ? gradient
                  : manager.zeros(leaf.getShape(), leaf.getDataType());
            })
        .toList();
  }

  /** Sets the gradients of {@code leaves} to zero, in place. */
  public static void clear(List<NDArray> leaves) {
    leaves.forEach(leaf -> JniUtils.zeroGrad((PtNDArray) leaf));
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
