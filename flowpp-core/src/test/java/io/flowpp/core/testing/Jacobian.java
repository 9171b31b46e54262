package io.flowpp.core.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowpp.core.kernel.Gradients;
import java.util.function.Function;

/** The Jacobian of any map of one image, row by row through autodiff: the oracle of log-dets. */
public final class Jacobian {
  private Jacobian() {}

  /** log|det dy/dx| of {@code map} at {@code x}, one image in one or two parts, in float64. */
  public static double logDet(NDList x, Function<NDList, NDList> map) {
    return logAbsDet(of(x, map));
  }

  /** dy_i/dx_j with the parts of x and y flattened one after the other. */
  public static double[][] of(NDList x, Function<NDList, NDList> map) {
    NDManager manager = x.head().getManager();
    NDList leaves = new NDList();
    for (NDArray part : x) {
      NDArray leaf = part.duplicate();
      leaf.setRequiresGradient(true);
      leaves.add(leaf);
    }
    try (Gradients on = Gradients.record()) {
      NDList y = map.apply(leaves);
      NDArray flat = y.head().flatten();
      for (NDArray part : y.subNDList(1)) {
        flat = flat.concat(part.flatten());
      }
      int n = Math.toIntExact(flat.size());
      double[][] rows = new double[n][];
      for (int i = 0; i < n; i++) {
        double[] unit = new double[n];
        unit[i] = 1;
        NDArray direction = manager.create(unit, new Shape(n)).toType(DataType.FLOAT64, true);
        JniUtils.backward((PtNDArray) flat, (PtNDArray) direction, true, false);
        rows[i] = gradients(leaves);
        Gradients.clear(leaves);
      }
      return rows;
    }
  }

  private static double[] gradients(NDList leaves) {
    return leaves.stream()
        .flatMapToDouble(l -> java.util.Arrays.stream(l.getGradient().toDoubleArray()))
        .toArray();
  }

  /** By elimination with partial pivoting; minus infinity where the matrix is singular. */
  public static double logAbsDet(double[][] matrix) {
    int n = matrix.length;
    double[][] a = java.util.Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    double sum = 0;
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      sum += Math.log(Math.abs(row[k]));
      for (int i = k + 1; i < n; i++) {
        double factor = a[i][k] / row[k];
        for (int j = k; j < n; j++) {
          a[i][j] -= factor * row[j];
        }
      }
    }
    return sum;
  }
}
