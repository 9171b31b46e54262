package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.kernel.Kernels;

/** A layer gave infinities or NaN; the message names it. */
public final class NonFiniteException extends ArithmeticException {
  private final String where;

  public NonFiniteException(String where, String what) {
    super(where + ": " + what);
    this.where = where;
  }

  /** The layer, e.g. {@code flow/0/coupling2/coupling, block 3, attention}. */
  public String where() {
    return where;
  }

  /** True if no value is an infinity or NaN. */
  public static boolean isFinite(NDArray value, Kernels kernels) {
    return kernels.call("is_finite").with(value).single().getBoolean();
  }

  static void require(String where, NDArray value, Kernels kernels) {
    if (!isFinite(value, kernels)) {
      throw new NonFiniteException(where, describe(value));
    }
  }

  private static String describe(NDArray value) {
    double[] all = value.toType(DataType.FLOAT64, true).toDoubleArray();
    int count = 0;
    double first = 0;
    for (double each : all) {
      if (!Double.isFinite(each)) {
        first = count++ == 0 ? each : first;
      }
    }
    return count
        + " of "
        + all.length
        + " values "
        + value.getShape()
        + " are not finite, the first is "
        + first;
  }
}
