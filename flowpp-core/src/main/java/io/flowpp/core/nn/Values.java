package io.flowpp.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kernel reads of some layers and norms, in its order, and where it adds their gradients:
 * weights as W, whatever way kept.
 *
 * @param normalised layers that keep V and g, whose gradients follow from W's
 * @param own places in the lists of the normalised layers' W
 */
record Values(List<NDArray> values, List<LayerParameters> normalised, List<Integer> own) {

  /**
   * @param order {@link Layer}s and {@link Parameter}s
   */
  static Values of(List<Object> order, Pass pass) {
    List<NDArray> values = new ArrayList<>();
    List<LayerParameters> normalised = new ArrayList<>();
    List<Integer> own = new ArrayList<>();
    for (Object each : order) {
      if (each instanceof Layer layer) {
        LayerParameters p = layer.parameters();
        if (p.gain() != null) {
          normalised.add(p);
          own.add(values.size());
        }
        values.add(pass.value(p.weight()));
        values.add(pass.value(p.bias()));
      } else if (each instanceof Parameter parameter) {
        values.add(pass.value(parameter));
      }
    }
    if (!normalised.isEmpty()) {
      NDList effective =
          pass.kernels()
              .call("weight_norm")
              .with(directions(normalised).stream().map(pass::value).toList())
              .with(gains(normalised).stream().map(pass::value).toList())
              .run();
      effective.attach(pass.manager());
      for (int i = 0; i < own.size(); i++) {
        values.set(own.get(i), effective.get(i));
      }
    }
    return new Values(values, normalised, own);
  }

  /** Where gradients go: the pass's, and zeros of its own for a W that is computed. */
  List<NDArray> gradients(List<Object> order, Pass pass) {
    List<NDArray> gradients = new ArrayList<>();
    for (Object each : order) {
      if (each instanceof Layer layer) {
        LayerParameters p = layer.parameters();
        gradients.add(
            p.gain() == null
                ? pass.gradient(p.weight())
                : pass.manager().zeros(p.weight().shape(), values.get(0).getDataType()));
        gradients.add(pass.gradient(p.bias()));
      } else if (each instanceof Parameter parameter) {
        gradients.add(pass.gradient(parameter));
      }
    }
    return gradients;
  }

  /** Turns the gradients by computed weights into those by V and g. */
  void finish(List<NDArray> gradients, Pass pass) {
    if (normalised.isEmpty()) {
      return;
    }
    List<Parameter> both = new ArrayList<>(directions(normalised));
    both.addAll(gains(normalised));
    pass.kernels()
        .call("weight_norm_back")
        .with(directions(normalised).stream().map(pass::value).toList())
        .with(gains(normalised).stream().map(pass::value).toList())
        .with(own.stream().map(gradients::get).toList())
        .with(pass.gradients(both))
        .run()
        .close();
  }

  private static List<Parameter> directions(List<LayerParameters> layers) {
    return layers.stream().map(LayerParameters::weight).toList();
  }

  private static List<Parameter> gains(List<LayerParameters> layers) {
    List<Parameter> gains = new ArrayList<>();
    for (LayerParameters layer : layers) {
      Parameter gain = layer.gain();
      if (gain != null) {
        gains.add(gain);
      }
    }
    return gains;
  }
}
