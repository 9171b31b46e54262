package io.flowpp.core.nn;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the parameters of a model while its layers are built; {@link #in} gives a view that puts
 * a path before the names.
 */
public final class Parameters {
  private final List<Parameter> all;
  private final String path;

  public Parameters() {
    this(new ArrayList<>(), "");
  }

  private Parameters(List<Parameter> all, String path) {
    this.all = all;
    this.path = path;
  }

  /** The same collection, with names under {@code room/}. */
  public Parameters in(String room) {
    return new Parameters(all, path + room + "/");
  }

  /** The path that is put before names, as layers are called in errors. */
  public String path() {
    return path.isEmpty() ? "" : path.substring(0, path.length() - 1);
  }

  /** Adds a parameter of shape {@code dims}. */
  public Parameter add(String name, Parameter.Start start, long... dims) {
    Parameter parameter = new Parameter(all.size(), path + name, new Shape(dims), start);
    all.add(parameter);
    return parameter;
  }

  /** All parameters so far, in the order of their creation. */
  public List<Parameter> all() {
    return List.copyOf(all);
  }
}
