package io.flowpp.core.reference;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.nn.Parameter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our parameter names and layouts in those of the authors' code (the CIFAR family). */
final class OfficialNames {
  private static final Pattern STEP =
      Pattern.compile("(.*coupling\\d+)/(norm|linear|coupling)/(.*)");
  private static final Pattern CONTEXT =
      Pattern.compile("dequantizer/context/(?:block(\\d+)/)?(.*)/(weight|bias)");

  private final List<String> steps;
  private final String couplingClass;

  /**
   * @param couplingClass the authors' class of the couplings, the first word of their scopes
   */
  OfficialNames(List<Parameter> parameters, String couplingClass) {
    this.couplingClass = couplingClass;
    Set<String> seen = new LinkedHashSet<>();
    for (Parameter p : parameters) {
      Matcher m = STEP.matcher(p.name());
      if (m.matches()) {
        seen.add(m.group(1));
      }
    }
    steps = List.copyOf(seen);
  }

  String of(Parameter parameter) {
    Matcher context = CONTEXT.matcher(parameter.name());
    if (context.matches()) {
      String place =
          context.group(1) == null ? "proj" : "c" + context.group(1) + "/" + context.group(2);
      return "context_proc/" + place + "/" + letter(context.group(3));
    }
    Matcher step = STEP.matcher(parameter.name());
    if (!step.matches()) {
      throw new IllegalArgumentException("no official name for " + parameter.name());
    }
    int number = steps.indexOf(step.group(1));
    String suffix = number == 0 ? "" : "_" + number;
    String rest = step.group(3);
    return switch (step.group(2)) {
      case "norm" ->
          "Norm"
              + suffix
              + "/norm"
              + (rest.startsWith("a/") ? 0 : 1)
              + "/"
              + letter(rest.substring(2));
      case "linear" -> "Pointwise" + suffix + "/W" + (rest.equals("a") ? 0 : 1);
      default -> couplingClass + suffix + "/" + inside(rest);
    };
  }

  private static String inside(String rest) {
    if (rest.equals("position")) {
      return "pos_emb";
    }
    int last = rest.lastIndexOf('/');
    String place =
        rest.substring(0, last)
            .replaceFirst("^in$", "proj_in")
            .replaceFirst("^out$", "proj_out")
            .replaceFirst("conv/context$", "conv/a_proj")
            .replaceFirst("norm(\\d)$", "ln$1")
            .replaceFirst("mixing/in$", "attn/proj1")
            .replaceFirst("mixing/out$", "attn/proj2");
    return place + "/" + letter(rest.substring(last + 1));
  }

  private static String letter(String kind) {
    return switch (kind) {
      case "weight" -> "W";
      case "bias" -> "b";
      case "gain" -> "g";
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** Their layout in ours: convolutions [kh,kw,I,O] to [O,kh,kw,I], dense [I,O] to [O,I]. */
  static NDArray toOurs(Parameter parameter, NDArray theirs) {
    if (parameter.name().endsWith("/weight")) {
      return parameter.shape().dimension() == 4
          ? theirs.transpose(3, 0, 1, 2).duplicate()
          : theirs.transpose().duplicate();
    }
    return theirs.reshape(parameter.shape());
  }
}
