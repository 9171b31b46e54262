package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a file is about: computes, from its inputs and weights, what it gives as results. */
interface Subject {
  /**
   * Ours of the tensors under {@code out/} or, in float32, {@code out32/}: by their names after
   * that. May hold more than the file.
   */
  Map<String, NDArray> compute(DataType type, Bench bench);

  /**
   * How far each element of a float64 output may be away, absolutely; null for the common rule.
   *
   * @param name after {@code out/}
   */
  default double @Nullable [] allowed(String name, double[] expected) {
    return null;
  }

  /** Comparisons beside those with {@code out/} and {@code out32/}. */
  default List<Further> further(Bench bench) {
    return List.of();
  }

  /** Results of the file that are not to be compared: beginnings of names, and why. */
  default Map<String, String> leftOut() {
    return Map.of();
  }

  /** What was chosen because the file does not say it. */
  default List<String> notes() {
    return List.of();
  }

  /**
   * A comparison in float64.
   *
   * @param name what it is called
   * @param stored the tensor of the file
   * @param allowed from the tensor's values, how far each may be away
   */
  record Further(String name, String stored, NDArray ours, UnaryOperator<double[]> allowed) {}
}
