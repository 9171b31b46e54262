package io.flowpp.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Specs survive being written and read, and nothing else is taken for one. */
class SpecJsonTest {
  @Property(tries = 200)
  void aSpecIsReadBackAsItWasWritten(@ForAll("specs") ModelSpec spec) {
    assertThat(SpecJson.read(SpecJson.write(spec))).isEqualTo(spec);
    assertThat(SpecJson.differences(SpecJson.tree(spec), SpecJson.tree(spec))).isEmpty();
  }

  @Property(tries = 200)
  void differentSpecsAreToldApart(@ForAll("specs") ModelSpec one, @ForAll("specs") ModelSpec two) {
    List<String> differences = SpecJson.differences(SpecJson.tree(one), SpecJson.tree(two));
    assertThat(differences.isEmpty()).isEqualTo(one.equals(two));
  }

  @Example
  void whatIsUnknownMissingOrImpossibleIsRefused() {
    ModelSpec spec =
        new ModelSpec(
            new ImageShape(4, 4, 1),
            8,
            new DequantizerSpec.Uniform(),
            List.of(new FlowStepSpec.SpaceToDepth()));
    String json = SpecJson.write(spec);
    refused(json.replace("\"bits\":8", "\"bits\":8,\"depth\":2"), "depth");
    refused(json.replace("\"bits\":8,", ""), "bits");
    refused(json.replace("\"bits\":8", "\"bits\":null"), "bits");
    refused(json.replace("\"bits\":8", "\"bits\":8.5"), "8.5");
    refused(json.replace("\"bits\":8", "\"bits\":99"), "99");
    refused(json.replace("space-to-depth", "time-to-depth"), "time-to-depth");
    refused(json.replace("{\"kind\":\"uniform\"}", "{\"kind\":\"uniform\",\"low\":0}"), "low");
    refused(json.replace("\"height\":4", "\"height\":5"), "5x4x1");
    refused(json + "{}", "");
    refused("[]", "");
  }

  private static void refused(String json, String what) {
    assertThatThrownBy(() -> SpecJson.read(json))
        .as(json)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what);
  }

  @Provide
  static Arbitrary<ModelSpec> specs() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 16),
            dequantizers(),
            steps().list().ofMaxSize(3))
        .as(
            (channels, bits, dequantizer, flow) ->
                new ModelSpec(new ImageShape(32, 16, 2 * channels), bits, dequantizer, flow));
  }

  private static Arbitrary<DequantizerSpec> dequantizers() {
    Arbitrary<DequantizerSpec> variational =
        Combinators.combine(
                contexts(), Arbitraries.integers().between(0, 9), booleans(), couplings())
            .as(DequantizerSpec.Variational::new);
    return Arbitraries.oneOf(Arbitraries.just(new DequantizerSpec.Uniform()), variational);
  }

  private static Arbitrary<ContextSpec> contexts() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            booleans(),
            mixings(),
            Arbitraries.of(Weighting.class))
        .as((blocks, normalised, mixing, w) -> new ContextSpec(12, blocks, normalised, mixing, w));
  }

  private static Arbitrary<FlowStepSpec> steps() {
    Arbitrary<FlowStepSpec> groups =
        Combinators.combine(
                Arbitraries.of(SplitKind.class),
                Arbitraries.integers().between(0, 9),
                booleans(),
                couplings())
            .as(FlowStepSpec.Couplings::new);
    return Arbitraries.oneOf(Arbitraries.just(new FlowStepSpec.SpaceToDepth()), groups);
  }

  private static Arbitrary<CouplingSpec> couplings() {
    Arbitrary<ConditionerSpec> conditioners =
        Combinators.combine(
                Arbitraries.integers().between(1, 9),
                mixings(),
                Arbitraries.doubles().between(0, .99),
                Arbitraries.of(Weighting.class),
                Arbitraries.of(Ending.class))
            .as((blocks, mixing, p, w, e) -> new ConditionerSpec(12, blocks, mixing, p, w, e));
    Arbitrary<CouplingSpec> mixtures =
        Combinators.combine(
                Arbitraries.integers().between(1, 99),
                conditioners,
                Arbitraries.of(Arithmetic.class))
            .as(CouplingSpec.MixtureOfLogistics::new);
    return Arbitraries.oneOf(mixtures, conditioners.map(CouplingSpec.Affine::new));
  }

  private static Arbitrary<MixingSpec> mixings() {
    return Arbitraries.of(
        new MixingSpec.SelfAttention(1),
        new MixingSpec.SelfAttention(4),
        new MixingSpec.GatedLinear(),
        new MixingSpec.None());
  }

  private static Arbitrary<Boolean> booleans() {
    return Arbitraries.of(true, false);
  }
}
