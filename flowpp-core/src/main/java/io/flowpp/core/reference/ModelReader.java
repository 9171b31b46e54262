package io.flowpp.core.reference;

import ai.djl.ndarray.types.Shape;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SplitKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The spec of a whole model, from its file alone: shapes of tensors and metadata. */
final class ModelReader {
  /** The launchers that compute their couplings in float64. */
  private static final Set<String> FLOAT64_LAUNCHERS =
      Set.of("imagenet32_official", "imagenet64_official");

  private final ReferenceFile file;
  private final Networks networks;

  ModelReader(ReferenceFile file) {
    this.file = file;
    networks = new Networks(file);
  }

  /** From the list of steps, the heads and the bits in the file's metadata. */
  ModelSpec read() {
    int heads = stated("heads");
    StepReader reader = new StepReader(scope -> networks.coupling(scope, heads, arithmetic()));
    List<Step> flow = Step.read(file, "flow");
    if (flow.isEmpty() || !flow.get(0).kind().equals("ImgProc")) {
      throw new NotUnderstoodException("its flow does not begin with ImgProc");
    }
    List<Step> dequantizer = new ArrayList<>(Step.read(file, "dequant"));
    // ImageNet's dequantizers have it outside the list
    dequantizer.removeIf(step -> step.kind().equals("Sigmoid"));
    requireCountedScopes(dequantizer, flow);
    return new ModelSpec(
        image(),
        stated("bits"),
        dequantizer(reader.groups(dequantizer)),
        reader.groups(flow.subList(1, flow.size())));
  }

  /** Weights are found by counting the layers of a class; a list that names others means them. */
  private static void requireCountedScopes(List<Step> dequantizer, List<Step> flow) {
    Map<String, Integer> counts = new HashMap<>();
    for (Step step : Stream.concat(dequantizer.stream(), flow.stream()).toList()) {
      if (!step.scope().isEmpty()) {
        int before = counts.merge(step.kind(), 1, Integer::sum) - 1;
        String counted = before == 0 ? step.kind() : step.kind() + "_" + before;
        if (!step.scope().equals(counted)) {
          throw new NotUnderstoodException(
              "its step "
                  + step.path()
                  + " has the weights of "
                  + step.scope()
                  + ", not "
                  + counted);
        }
      }
    }
  }

  private int stated(String key) {
    return file.number(key)
        .orElseThrow(() -> new NotUnderstoodException("its metadata do not state the " + key));
  }

  private Arithmetic arithmetic() {
    String launcher = file.metadata("structure").orElse("");
    String function = launcher.substring(launcher.lastIndexOf('.') + 1);
    return FLOAT64_LAUNCHERS.contains(function) ? Arithmetic.FLOAT64 : Arithmetic.AS_NETWORK;
  }

  /**
   * From the shapes of weights alone: each norm has the shape of the halves, which tells the splits
   * and the foldings before it.
   *
   * @param latent shape of one latent
   */
  ModelSpec infer(Scopes scopes, int heads, int bits, Shape latent) {
    ImageShape at = image();
    List<FlowStepSpec> flow = new ArrayList<>();
    List<FlowStepSpec> dequantizer = new ArrayList<>();
    for (Scopes.Unit unit : scopes.units()) {
      CouplingSpec coupling = networks.coupling(unit.coupling(), heads, Arithmetic.AS_NETWORK);
      if (networks.readsContext(unit.coupling())) {
        FlowStepSpec.Couplings one =
            new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 1, unit.pointwise(), coupling);
        StepReader.append(dequantizer, one);
        continue;
      }
      Shape half = file.shape("var/" + unit.norm() + "/norm0/g");
      while (split(at, half) == null) {
        at = folded(at, unit.norm());
        flow.add(new FlowStepSpec.SpaceToDepth());
      }
      SplitKind split = java.util.Objects.requireNonNull(split(at, half));
      StepReader.append(flow, new FlowStepSpec.Couplings(split, 1, unit.pointwise(), coupling));
    }
    while (at.height() != latent.get(0)) {
      at = folded(at, "its latent");
      flow.add(new FlowStepSpec.SpaceToDepth());
    }
    return new ModelSpec(image(), bits, dequantizer(dequantizer), flow);
  }

  private static @org.jspecify.annotations.Nullable SplitKind split(ImageShape image, Shape half) {
    if (half.equals(new Shape(image.height(), image.width() / 2, image.channels()))) {
      return SplitKind.CHECKERBOARD;
    }
    return half.equals(new Shape(image.height(), image.width(), image.channels() / 2))
        ? SplitKind.CHANNEL
        : null;
  }

  private static ImageShape folded(ImageShape image, String where) {
    if (image.height() % 2 != 0 || image.width() % 2 != 0) {
      throw new NotUnderstoodException(
          where + " has a shape that no splitting and folding of the image gives");
    }
    return new ImageShape(image.height() / 2, image.width() / 2, 4 * image.channels());
  }

  private DequantizerSpec dequantizer(List<FlowStepSpec> groups) {
    if (groups.isEmpty() && !file.hasUnder("var/context_proc/")) {
      return new DequantizerSpec.Uniform();
    }
    List<FlowStepSpec> merged = new ArrayList<>();
    boolean alike = true;
    for (FlowStepSpec group : groups) {
      if (group instanceof FlowStepSpec.Couplings c && c.split() == SplitKind.CHECKERBOARD) {
        StepReader.append(merged, c);
      } else {
        alike = false;
      }
    }
    if (!alike || merged.size() != 1 || !(merged.get(0) instanceof FlowStepSpec.Couplings all)) {
      throw new NotUnderstoodException(
          "its dequantizer is not one run of equal couplings on alternate columns");
    }
    return new DequantizerSpec.Variational(
        networks.context(), all.count(), all.pointwise(), all.coupling());
  }

  private ImageShape image() {
    long[] s = file.shape("in/x").getShape();
    if (s.length != 4) {
      throw new NotUnderstoodException("its in/x is no batch of images");
    }
    return new ImageShape(Math.toIntExact(s[1]), Math.toIntExact(s[2]), Math.toIntExact(s[3]));
  }
}
