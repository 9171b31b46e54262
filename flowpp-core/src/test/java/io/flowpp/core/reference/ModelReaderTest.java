package io.flowpp.core.reference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.Parameter;
import io.flowpp.core.spec.Arithmetic;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.Ending;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.spec.Weighting;
import io.flowpp.core.testing.Lab;
import io.flowpp.core.weights.OfficialNames;
import io.flowpp.core.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model of any size is read back from its weights under the authors' names. */
class ModelReaderTest {
  private static final DequantizerSpec UNIFORM = new DequantizerSpec.Uniform();

  @TempDir Path folder;

  static Stream<ModelSpec> models() {
    CouplingSpec cifar = mixture(3, 6, 2, heads(3), Weighting.PLAIN, Ending.LINEAR);
    CouplingSpec ablation =
        mixture(1, 4, 1, new MixingSpec.GatedLinear(), Weighting.PLAIN, Ending.LINEAR);
    CouplingSpec affine =
        new CouplingSpec.Affine(
            new ConditionerSpec(5, 3, heads(5), 0, Weighting.PLAIN, Ending.LINEAR));
    CouplingSpec imagenet32 = mixture(5, 8, 1, heads(4), Weighting.NORMALISED, Ending.ACTIVATED);
    CouplingSpec imagenet64 = mixture(2, 4, 2, heads(1), Weighting.PLAIN, Ending.ACTIVATED);
    CouplingSpec unmixed =
        mixture(2, 3, 2, new MixingSpec.None(), Weighting.PLAIN, Ending.ACTIVATED);
    ContextSpec attending = new ContextSpec(8, 2, true, heads(4), Weighting.NORMALISED);
    ContextSpec normalised = new ContextSpec(6, 3, true, new MixingSpec.None(), Weighting.PLAIN);
    FlowStepSpec fold = new FlowStepSpec.SpaceToDepth();
    return Stream.of(
        new ModelSpec(
            new ImageShape(4, 8, 3),
            8,
            new DequantizerSpec.Variational(new ContextSpec(4, 1), 3, true, cifar),
            List.of(columns(2, cifar), fold, channels(1, cifar), columns(3, cifar))),
        new ModelSpec(
            new ImageShape(8, 4, 1),
            3,
            new DequantizerSpec.Variational(new ContextSpec(3, 2), 1, true, ablation),
            List.of(columns(1, ablation), fold, channels(2, ablation))),
        new ModelSpec(new ImageShape(2, 6, 2), 5, UNIFORM, List.of(columns(4, affine), fold)),
        new ModelSpec(
            new ImageShape(4, 12, 3),
            8,
            new DequantizerSpec.Variational(attending, 6, false, imagenet32),
            List.of(plain(4, imagenet32), plain(3, imagenet32), fold, plain(1, imagenet32))),
        new ModelSpec(
            new ImageShape(8, 16, 1),
            5,
            new DequantizerSpec.Variational(normalised, 4, false, unmixed),
            List.of(fold, plain(2, imagenet64), fold, plain(1, imagenet64), fold)));
  }

  private static CouplingSpec mixture(
      int k, int filters, int blocks, MixingSpec mixing, Weighting weighting, Ending ending) {
    return new CouplingSpec.MixtureOfLogistics(
        k,
        new ConditionerSpec(filters, blocks, mixing, 0, weighting, ending),
        Arithmetic.AS_NETWORK);
  }

  private static MixingSpec heads(int heads) {
    return new MixingSpec.SelfAttention(heads);
  }

  private static FlowStepSpec columns(int count, CouplingSpec coupling) {
    return new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, count, true, coupling);
  }

  private static FlowStepSpec channels(int count, CouplingSpec coupling) {
    return new FlowStepSpec.Couplings(SplitKind.CHANNEL, count, true, coupling);
  }

  private static FlowStepSpec plain(int count, CouplingSpec coupling) {
    return new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, count, false, coupling);
  }

  @ParameterizedTest
  @MethodSource("models")
  void fromTheListOfSteps(ModelSpec spec) {
    try (Lab lab = new Lab()) {
      Map<String, String> metadata = new HashMap<>();
      metadata.put("bits", Integer.toString(spec.bits()));
      metadata.put("heads", Integer.toString(headsOf(spec)));
      metadata.put("steps", steps(spec));
      assertThat(new ModelReader(write(spec, metadata, lab)).read()).isEqualTo(spec);
    }
  }

  /** As the files of initialisations have it; groups that follow each other are one. */
  @ParameterizedTest
  @MethodSource("models")
  void fromTheShapesOfWeightsAlone(ModelSpec spec) {
    try (Lab lab = new Lab()) {
      ReferenceFile file = write(spec, Map.of(), lab);
      Shape latent = FlowPlusPlus.build(spec).latentShape(1);
      ModelSpec inferred =
          new ModelReader(file)
              .infer(
                  Scopes.of(file),
                  headsOf(spec),
                  spec.bits(),
                  new Shape(latent.get(1), latent.get(2), latent.get(3)));
      List<FlowStepSpec> merged = new ArrayList<>();
      for (FlowStepSpec step : spec.flow()) {
        if (step instanceof FlowStepSpec.Couplings group) {
          StepReader.append(merged, group);
        } else {
          merged.add(step);
        }
      }
      assertThat(inferred)
          .isEqualTo(new ModelSpec(spec.shape(), spec.bits(), spec.dequantizer(), merged));
    }
  }

  private static int headsOf(ModelSpec spec) {
    return spec.flow().stream()
        .filter(FlowStepSpec.Couplings.class::isInstance)
        .map(s -> ((FlowStepSpec.Couplings) s).coupling().conditioner().mixing())
        .mapToInt(m -> m instanceof MixingSpec.SelfAttention a ? a.heads() : 0)
        .findFirst()
        .orElseThrow();
  }

  private ReferenceFile write(ModelSpec spec, Map<String, String> metadata, Lab lab) {
    FlowPlusPlus model = FlowPlusPlus.build(spec);
    OfficialNames names = OfficialNames.of(model);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    ImageShape s = spec.shape();
    tensors.put("in/x", lab.images(DataType.FLOAT32, 1, 1, 2, s.height(), s.width(), s.channels()));
    for (Parameter p : model.parameters()) {
      tensors.put("var/" + names.of(p), lab.manager().zeros(names.shape(p)));
    }
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, tensors, metadata);
    return ReferenceFile.open(file);
  }

  /** The authors' list for {@code spec}. */
  private static String steps(ModelSpec spec) {
    Listing listing = new Listing();
    if (spec.dequantizer() instanceof DequantizerSpec.Variational v) {
      listing.part("dequant");
      listing.group(
          new FlowStepSpec.Couplings(
              SplitKind.CHECKERBOARD, v.couplings(), v.pointwise(), v.coupling()));
      listing.add("Sigmoid", "");
    }
    listing.part("flow");
    listing.add("ImgProc", "");
    for (FlowStepSpec step : spec.flow()) {
      if (step instanceof FlowStepSpec.Couplings group) {
        listing.group(group);
      } else {
        listing.add("SpaceToDepth", "");
      }
    }
    return listing.text();
  }

  private static final class Listing {
    private final List<String> steps = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private String part = "";
    private int index;

    void part(String name) {
      part = name;
      index = 0;
    }

    void group(FlowStepSpec.Couplings group) {
      String split = group.split() == SplitKind.CHECKERBOARD ? "CheckerboardSplit" : "ChannelSplit";
      boolean attends = group.coupling().conditioner().mixing() instanceof MixingSpec.SelfAttention;
      String kind =
          group.coupling() instanceof CouplingSpec.Affine
              ? "AffineAttnCoupling"
              : attends ? "MixLogisticAttnCoupling" : "MixLogisticCoupling";
      add(split, "");
      for (int i = 0; i < group.count(); i++) {
        counted("Norm");
        if (group.pointwise()) {
          counted("Pointwise");
        }
        counted(kind);
        add("TupleFlip", "");
      }
      add("Inverse" + split, "");
    }

    private void counted(String kind) {
      int count = counts.merge(kind, 1, Integer::sum) - 1;
      add(kind, count == 0 ? kind : kind + "_" + count);
    }

    void add(String kind, String scope) {
      steps.add("[\"%s/step/%02d_%s\", \"%s\"]".formatted(part, index++, kind, scope));
    }

    String text() {
      return "[" + String.join(", ", steps) + "]";
    }
  }
}
