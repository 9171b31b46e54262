package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.kernel.NativeMemory;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import java.util.ArrayList;
import java.util.List;

/**
 * Values for all parameters of a model: one flat vector, and views of it in the parameters' shapes.
 * An optimiser moves the flat vector by a handful of operations, whatever the number of parameters.
 */
public final class Weights implements AutoCloseable {
  private final NDManager manager;
  private final List<Parameter> parameters;
  private final NDArray flat;
  private final List<NDArray> views;

  private Weights(NDManager manager, List<Parameter> parameters, NDArray flat, Kernels kernels) {
    this.manager = manager;
    this.parameters = parameters;
    this.flat = flat;
    if (parameters.isEmpty()) {
      views = List.of();
      return;
    }
    try (NDManager templates = manager.newSubManager()) {
      NDList like = new NDList();
      for (Parameter p : parameters) {
        like.add(templates.create(p.shape(), DataType.UINT8));
      }
      NDList made = kernels.call("views").with(flat).with(like).run();
      made.attach(manager);
      views = List.copyOf(made);
    }
  }

  /** Zeros. */
  public static Weights zeros(
      NDManager parent, Kernels kernels, List<Parameter> parameters, DataType type) {
    NDManager manager = parent.newSubManager();
    long size = parameters.stream().mapToLong(p -> p.shape().size()).sum();
    return new Weights(manager, parameters, manager.zeros(new Shape(size), type), kernels);
  }

  /** A second set of values, equal to {@code other}'s, on the device of {@code parent}. */
  public static Weights copyOf(Weights other, NDManager parent, Kernels kernels) {
    NDManager manager = parent.newSubManager();
    NDArray flat = manager.create(other.flat.getShape(), other.flat.getDataType());
    Weights copy = new Weights(manager, other.parameters, flat, kernels);
    copy.copy(other, kernels);
    return copy;
  }

  /** Other views of the same values, with gradients of their own. */
  public static Weights sharing(Weights other, NDManager parent, Kernels kernels) {
    return new Weights(parent.newSubManager(), other.parameters, other.flat, kernels);
  }

  /**
   * The start that each parameter asks for; a function of {@code seed} and the parameters' names
   * alone.
   */
  public static Weights random(
      NDManager parent, Kernels kernels, List<Parameter> parameters, DataType type, long seed) {
    Weights weights = zeros(parent, kernels, parameters, type);
    for (Parameter p : parameters) {
      try (NDManager scratch = parent.newSubManager()) {
        float[] values = start(p, Seeds.derive(seed, "weights/" + p.name(), 0));
        NDArray start = NativeMemory.floats(scratch, values, p.shape()).toType(type, false);
        weights.assign(p, start, kernels);
      }
    }
    return weights;
  }

  private static float[] start(Parameter p, long seed) {
    float[] values = new float[Math.toIntExact(p.shape().size())];
    switch (p.start()) {
      case ZERO -> {}
      case ONE -> java.util.Arrays.fill(values, 1f);
      case NORMAL_05 -> scaled(values, seed, .05f);
      case NORMAL_01 -> scaled(values, seed, .01f);
      case NEAR_IDENTITY -> {
        scaled(values, seed, .001f);
        int n = Math.toIntExact(p.shape().get(0));
        for (int i = 0; i < n; i++) {
          values[i * n + i] += 1f;
        }
      }
    }
    return values;
  }

  private static void scaled(float[] values, long seed, float deviation) {
    CounterRandom.gaussian(seed, values);
    for (int i = 0; i < values.length; i++) {
      values[i] *= deviation;
    }
  }

  /** Marks every parameter as a leaf whose gradient backward fills. */
  public void requireGradients() {
    views.forEach(v -> v.setRequiresGradient(true));
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /** The flat vector, [number of values]: what an optimiser moves. */
  public NDArray flat() {
    return flat;
  }

  public NDArray get(Parameter parameter) {
    return views.get(parameter.index());
  }

  /** The values of {@code wanted}, in that order. */
  public List<NDArray> get(List<Parameter> wanted) {
    List<NDArray> values = new ArrayList<>(wanted.size());
    for (Parameter p : wanted) {
      values.add(views.get(p.index()));
    }
    return values;
  }

  /** All values in the parameters' order. */
  public List<NDArray> views() {
    return views;
  }

  /** Overwrites all values in place with those of {@code other}, which may be on another device. */
  public void copy(Weights other, Kernels kernels) {
    kernels.call("copy").with(other.flat).with(flat).run().close();
  }

  /** Overwrites one parameter's values in place. */
  public void assign(Parameter parameter, NDArray value, Kernels kernels) {
    if (!value.getShape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          parameter.name() + " has shape " + parameter.shape() + ", not " + value.getShape());
    }
    kernels.call("copy").with(value).with(get(parameter)).run();
  }

  @Override
  public void close() {
    manager.close();
  }
}
