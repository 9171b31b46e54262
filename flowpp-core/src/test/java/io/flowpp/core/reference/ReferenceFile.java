package io.flowpp.core.reference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.weights.Safetensors;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** One file of the authors' numbers; everything is widened to float64. */
final class ReferenceFile {
  /** Sums that are 0 up to rounding, such as the bias that centres what is centred already. */
  private static final double NOTHING = 1e-9;

  private final Lab lab;
  private final String name;
  private final Map<String, NDArray> tensors;

  ReferenceFile(Lab lab, String name) {
    this.lab = lab;
    this.name = name;
    String resource = "/reference/" + name + ".safetensors";
    URI uri =
        URI.create(Objects.requireNonNull(getClass().getResource(resource), resource).toString());
    tensors = Safetensors.open(Path.of(uri)).read(lab.manager());
  }

  NDArray get(String tensor) {
    return Objects.requireNonNull(tensors.get(tensor), () -> name + " has no " + tensor)
        .toType(DataType.FLOAT64, true);
  }

  Set<String> names(String prefix) {
    return tensors.keySet().stream()
        .filter(n -> n.startsWith(prefix))
        .map(n -> n.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** Fills {@code weights} from the tensors under {@code var/}; every one of them must be used. */
  void load(Weights weights, OfficialNames names) {
    Set<String> left = names("var/");
    for (Parameter p : weights.parameters()) {
      String official = names.of(p);
      assertThat(left.remove(official)).as("%s, our %s", official, p.name()).isTrue();
      weights.assign(p, OfficialNames.toOurs(p, get("var/" + official)), lab.kernels());
    }
    assertThat(left).as("weights of %s that the model does not have", name).isEmpty();
  }

  /** Holds {@code actual} to {@code tensor}, relative to its largest value. */
  void compare(String tensor, NDArray actual, double tolerance) {
    compare(tensor, get(tensor), actual, tolerance);
  }

  void compare(String what, NDArray expected, NDArray actual, double tolerance) {
    assertThat(flat(actual.getShape())).as(what).isEqualTo(flat(expected.getShape()));
    double[] e = expected.toType(DataType.FLOAT64, true).toDoubleArray();
    double[] a = actual.toType(DataType.FLOAT64, true).toDoubleArray();
    double largest = Arrays.stream(e).map(Math::abs).max().orElseThrow();
    double worst = 0;
    for (int i = 0; i < e.length; i++) {
      worst = Math.max(worst, Double.isNaN(a[i]) ? Double.MAX_VALUE : Math.abs(a[i] - e[i]));
    }
    assertThat(worst / Math.max(largest, NOTHING))
        .as("%s: %s, relative", name, what)
        .isLessThanOrEqualTo(tolerance);
  }

  private static Shape flat(Shape shape) {
    return new Shape(shape.size());
  }
}
