package io.flowpp.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Our parameters under the names and in the layouts of the authors' code: convolutions [kh,kw,I,O]
 * where ours are [O,kh,kw,I], dense maps [I,O] where ours are [O,I].
 *
 * <p>A scope's first word is the class of a layer; the number after it counts the objects of that
 * class in order of use, dequantizer first. Names inside a scope come from a table among the
 * resources.
 */
public final class OfficialNames {
  private static final Pattern STEP =
      Pattern.compile("(.*coupling\\d+)/(norm|linear|coupling)/(.*)");
  private static final String CONTEXT = "dequantizer/context/";

  private final Map<String, Official> byName;

  /**
   * @param cifarNorm a layer norm of the CIFAR family, whose vectors the authors keep as [1,1,1,F]
   */
  private record Official(String name, boolean cifarNorm) {}

  private OfficialNames(Map<String, Official> byName) {
    this.byName = byName;
  }

  /** The names of all parameters of {@code model}. */
  public static OfficialNames of(FlowPlusPlus model) {
    return of(model.parameters(), step -> coupling(model.spec(), step));
  }

  /**
   * The names of a coupling, a norm and an invertible map that stand alone, under {@code
   * coupling0/}.
   */
  public static OfficialNames ofStep(List<Parameter> parameters, CouplingSpec coupling) {
    return of(parameters, step -> coupling);
  }

  /** The names of a piece of a network under {@code scope}. */
  public static OfficialNames ofPart(List<Parameter> parameters, String scope, boolean cifarNorm) {
    Map<String, Official> names = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      String inside = inside(List.of("part"), p.name(), p.name(), parameters);
      names.put(p.name(), new Official(scope + "/" + inside, cifarNorm));
    }
    return new OfficialNames(names);
  }

  private static OfficialNames of(
      List<Parameter> parameters, Function<String, CouplingSpec> couplings) {
    Map<String, Official> names = new LinkedHashMap<>();
    Map<String, String> scopes = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Parameter p : parameters) {
      Matcher step = STEP.matcher(p.name());
      if (step.matches()) {
        CouplingSpec coupling = couplings.apply(step.group(1));
        String kind = step.group(2);
        String type = type(kind, coupling);
        String scope =
            scopes.computeIfAbsent(
                step.group(1) + "/" + kind,
                s -> numbered(type, counts.merge(type, 1, Integer::sum)));
        boolean linear = coupling.conditioner().ending() == Ending.LINEAR;
        List<String> places =
            kind.equals("coupling")
                ? List.of(linear ? "linear-coupling" : "activated-coupling", "coupling")
                : List.of(kind);
        String inside = inside(places, step.group(3), p.name(), parameters);
        boolean layerNorm = kind.equals("coupling") && step.group(3).contains("/norm");
        names.put(p.name(), new Official(scope + "/" + inside, linear && layerNorm));
      } else {
        String rest = p.name().substring(CONTEXT.length());
        String inside = inside(List.of("context"), rest, p.name(), parameters);
        names.put(p.name(), new Official("context_proc/" + inside, false));
      }
    }
    return new OfficialNames(names);
  }

  private static CouplingSpec coupling(ModelSpec spec, String step) {
    String[] path = step.split("/");
    if (!path[0].equals("flow")) {
      return ((DequantizerSpec.Variational) spec.dequantizer()).coupling();
    }
    return ((FlowStepSpec.Couplings) spec.flow().get(Integer.parseInt(path[1]))).coupling();
  }

  private static String type(String kind, CouplingSpec coupling) {
    if (kind.equals("norm")) {
      return "Norm";
    }
    if (kind.equals("linear")) {
      return "Pointwise";
    }
    if (coupling instanceof CouplingSpec.Affine) {
      return "AffineAttnCoupling";
    }
    boolean attends = coupling.conditioner().mixing() instanceof MixingSpec.SelfAttention;
    return attends ? "MixLogisticAttnCoupling" : "MixLogisticCoupling";
  }

  private static String numbered(String type, int count) {
    return count == 1 ? type : type + "_" + (count - 1);
  }

  private static String inside(
      List<String> places, String rest, String name, List<Parameter> parameters) {
    OfficialTable.Found found = OfficialTable.find(places, rest);
    return found.theirs() + letter(found.leaf(), name, parameters);
  }

  private static String letter(String leaf, String name, List<Parameter> parameters) {
    return switch (leaf) {
      case "" -> "";
      case "bias" -> "b";
      case "gain" -> "g";
      case "weight" -> {
        String gain = name.substring(0, name.length() - leaf.length()) + "gain";
        yield parameters.stream().anyMatch(p -> p.name().equals(gain)) ? "V" : "W";
      }
      default -> throw new IllegalArgumentException("no official name for " + name);
    };
  }

  /** The authors' name of {@code parameter}, without {@code :0}. */
  public String of(Parameter parameter) {
    return official(parameter).name();
  }

  /** The shape in which the authors keep {@code parameter}. */
  public Shape shape(Parameter parameter) {
    Shape s = parameter.shape();
    if (official(parameter).cifarNorm()) {
      return new Shape(1, 1, 1, s.get(0));
    }
    if (!isWeight(parameter)) {
      return s;
    }
    return s.dimension() == 4
        ? new Shape(s.get(1), s.get(2), s.get(3), s.get(0))
        : new Shape(s.get(1), s.get(0));
  }

  private Official official(Parameter parameter) {
    return Objects.requireNonNull(byName.get(parameter.name()), parameter.name());
  }

  private static boolean isWeight(Parameter parameter) {
    return parameter.name().endsWith("/weight");
  }

  /** A tensor of the authors' layout in ours. */
  public NDArray toOurs(Parameter parameter, NDArray theirs) {
    if (!isWeight(parameter)) {
      return theirs.reshape(parameter.shape());
    }
    return parameter.shape().dimension() == 4
        ? theirs.transpose(3, 0, 1, 2)
        : theirs.transpose(1, 0);
  }

  /** A tensor of our layout in the authors'. */
  public NDArray toTheirs(Parameter parameter, NDArray ours) {
    if (!isWeight(parameter)) {
      return ours.reshape(shape(parameter));
    }
    return parameter.shape().dimension() == 4 ? ours.transpose(1, 2, 3, 0) : ours.transpose(1, 0);
  }

  /**
   * Fills all weights of a model from a file under the authors' names.
   *
   * @throws WeightMismatchException listing by the authors' names what is missing, too much or of
   *     another shape; nothing is loaded then
   */
  public static void importOfficial(
      Path file, FlowPlusPlus model, Weights weights, Kernels kernels) {
    of(model).load(Safetensors.open(file), "", weights, kernels);
  }

  /**
   * As {@link #importOfficial}, from the tensors whose names begin with {@code prefix}.
   *
   * @throws WeightMismatchException as there
   */
  public void load(Safetensors source, String prefix, Weights weights, Kernels kernels) {
    List<String> differences = differences(source, prefix, weights.parameters());
    if (!differences.isEmpty()) {
      throw new WeightMismatchException(source.file(), differences);
    }
    for (Parameter p : weights.parameters()) {
      try (NDManager scratch = weights.flat().getManager().newSubManager()) {
        NDArray theirs = source.read(prefix + of(p), scratch);
        weights.assign(p, toOurs(p, theirs).toType(weights.flat().getDataType(), false), kernels);
      }
    }
  }

  private List<String> differences(Safetensors source, String prefix, List<Parameter> parameters) {
    List<String> differences = new ArrayList<>();
    Set<String> left =
        source.names().stream()
            .filter(n -> n.startsWith(prefix))
            .collect(Collectors.toCollection(HashSet::new));
    for (Parameter p : parameters) {
      String name = prefix + of(p);
      Safetensors.Entry entry = source.entries().get(name);
      left.remove(name);
      if (entry == null) {
        differences.add(name + " " + shape(p) + " is missing (our " + p.name() + ")");
      } else if (!entry.shape().equals(shape(p))) {
        differences.add(
            name
                + " is "
                + entry.shape()
                + ", the model has "
                + shape(p)
                + " (our "
                + p.name()
                + ")");
      }
    }
    left.stream().sorted().forEach(n -> differences.add(n + " is unknown to the model"));
    return differences;
  }

  /** Writes all weights of a model under the authors' names and in their layouts. */
  public static void exportOfficial(Path file, FlowPlusPlus model, Weights weights) {
    OfficialNames names = of(model);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (Parameter p : model.parameters()) {
      // by way of a vector: libtorch brings a transposed tensor into the order of a file there
      NDArray theirs = names.toTheirs(p, weights.get(p));
      tensors.put(names.of(p), theirs.reshape(-1).reshape(theirs.getShape()));
    }
    Safetensors.write(file, tensors, Map.of());
  }
}
