package io.flowpp.core.kernel;

import ai.djl.ndarray.NDArray;

/** Whether the JVM computes in place of the tensor library. */
final class Vectors {
  /** The module is there, and its vectors are those of the processor. */
  static final boolean ARE_FAST =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && AttentionKernel.isFast();

  private Vectors() {}

  /**
   * Values in float32 on a CPU with vectors of 256 bits or more, where the JVM was started with
   * {@code --add-modules jdk.incubator.vector}.
   */
  static boolean take(NDArray x) {
    return ARE_FAST && NativeMemory.isFloat32OnCpu(x);
  }
}
