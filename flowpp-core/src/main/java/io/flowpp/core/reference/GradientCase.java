package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flowpp.core.flow.Flow;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.reference.Verification.Output;
import io.flowpp.core.weights.OfficialNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Gradients of the mean of -log-likelihood in nats, by all weights of a model in another file. */
final class GradientCase {
  /** Gradients that are 0 but for rounding, as a part of the norm of all. */
  private static final double NOTHING = 1e-14;

  private final ReferenceFile file;
  private final ReferenceFile modelFile;

  GradientCase(ReferenceFile file, ReferenceFile modelFile) {
    this.file = file;
    this.modelFile = modelFile;
  }

  List<Output> compare(Bench bench) {
    ModelCase source = new ModelCase(modelFile);
    FlowPlusPlus model = source.model();
    OfficialNames names = OfficialNames.of(model);
    Weights weights = source.weights(DataType.FLOAT64, bench);
    List<NDArray> gradients = gradients(model, weights, bench);
    double squares = gradients.stream().mapToDouble(g -> g.square().sum().toDoubleArray()[0]).sum();
    double norm = Math.sqrt(squares);
    Map<String, Parameter> byName = new HashMap<>();
    model.parameters().forEach(p -> byName.put(names.of(p), p));
    List<Output> outputs = new ArrayList<>();
    file.metadata("global_norm").ifPresent(stated -> outputs.add(norm(stated, norm)));
    Set<String> without = withoutGradient();
    for (String name : file.under("grad/")) {
      Parameter p = byName.get(name);
      if (p == null) {
        outputs.add(Comparison.missing("grad/" + name, "the model has no such weight"));
        continue;
      }
      without.remove(name);
      double[] expected = file.values("grad/" + name, bench.manager());
      NDArray ours = names.toTheirs(p, gradients.get(p.index())).reshape(-1);
      double allowed =
          Math.max(Comparison.STORED_IN_FLOAT32 * Comparison.largest(expected, 0), NOTHING * norm);
      outputs.add(
          Comparison.compare(
              "grad/" + name,
              expected,
              Comparison.doubles(ours),
              Comparison.everywhere(allowed, expected)));
    }
    // what nothing reads has no gradient: ours must be 0
    for (String name : without) {
      Parameter p = byName.get(name);
      double[] ours = p == null ? new double[0] : gradients.get(p.index()).toDoubleArray();
      double[] zeros = new double[p == null ? 1 : ours.length];
      outputs.add(Comparison.compare("no_gradient/" + name, zeros, ours, zeros));
    }
    return outputs;
  }

  private static Output norm(String stated, double ours) {
    double expected;
    try {
      expected = Double.parseDouble(stated);
    } catch (NumberFormatException e) {
      throw new NotUnderstoodException("its metadata global_norm is '" + stated + "'", e);
    }
    double[] allowed = {Comparison.STORED_IN_FLOAT32 * expected};
    return Comparison.compare("global_norm", new double[] {expected}, new double[] {ours}, allowed);
  }

  private Set<String> withoutGradient() {
    try {
      Set<String> names = new HashSet<>();
      for (JsonNode name : new JsonMapper().readTree(file.metadata("no_gradient").orElse("[]"))) {
        names.add(name.asText());
      }
      return names;
    } catch (JsonProcessingException e) {
      throw new NotUnderstoodException("its list no_gradient is no JSON", e);
    }
  }

  private List<NDArray> gradients(FlowPlusPlus model, Weights weights, Bench bench) {
    weights.requireGradients();
    Pass pass = bench.pass(weights);
    try (Gradients on = Gradients.record()) {
      ModelCase.Noise noise = ModelCase.noise(modelFile, model, pass);
      NDArray v = modelFile.read("in/x", DataType.FLOAT64, bench.manager()).add(noise.u());
      Flow.Transformed y = model.flow().forward(new NDList(v), Flow.Condition.NONE, pass);
      NDArray logNormal =
          bench.kernels().call("standard_normal").with(y.value().singletonOrThrow()).single();
      NDArray bound = noise.logDet().add(Objects.requireNonNull(y.logDet())).add(logNormal);
      Gradients.backward(bound.mean().neg());
    }
    return Gradients.of(weights.views(), bench.manager());
  }
}
