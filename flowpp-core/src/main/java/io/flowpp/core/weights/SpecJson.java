package io.flowpp.core.weights;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SchedulePiece;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Model specs as JSON: records are objects, and an alternative tells its {@code kind}. What is
 * unknown, missing or twice is refused, so that a spec which is read says all that it was written
 * with.
 */
public final class SpecJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addModule(alternatives())
          .build();

  private SpecJson() {}

  /** Teaches a mapper the names of the alternatives of which a spec is made. */
  public static Module alternatives() {
    return new SimpleModule("flowpp-specs")
        .setMixInAnnotation(DequantizerSpec.class, Dequantizers.class)
        .setMixInAnnotation(FlowStepSpec.class, FlowSteps.class)
        .setMixInAnnotation(CouplingSpec.class, Couplings.class)
        .setMixInAnnotation(MixingSpec.class, Mixings.class)
        .setMixInAnnotation(ScheduleSpec.class, Schedules.class)
        .setMixInAnnotation(SchedulePiece.class, Pieces.class);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = DequantizerSpec.Uniform.class, name = "uniform"),
    @JsonSubTypes.Type(value = DequantizerSpec.Variational.class, name = "variational")
  })
  private interface Dequantizers {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = FlowStepSpec.Couplings.class, name = "couplings"),
    @JsonSubTypes.Type(value = FlowStepSpec.SpaceToDepth.class, name = "space-to-depth")
  })
  private interface FlowSteps {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = CouplingSpec.MixtureOfLogistics.class, name = "mixture"),
    @JsonSubTypes.Type(value = CouplingSpec.Affine.class, name = "affine")
  })
  private interface Couplings {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = MixingSpec.SelfAttention.class, name = "attention"),
    @JsonSubTypes.Type(value = MixingSpec.GatedLinear.class, name = "gated-linear"),
    @JsonSubTypes.Type(value = MixingSpec.None.class, name = "none")
  })
  private interface Mixings {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ScheduleSpec.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = ScheduleSpec.Cosine.class, name = "cosine"),
    @JsonSubTypes.Type(value = ScheduleSpec.Pieces.class, name = "pieces")
  })
  private interface Schedules {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = SchedulePiece.Linear.class, name = "linear"),
    @JsonSubTypes.Type(value = SchedulePiece.Hold.class, name = "hold"),
    @JsonSubTypes.Type(value = SchedulePiece.Decay.class, name = "decay")
  })
  private interface Pieces {}

  /** {@code spec} in one line. */
  public static String write(ModelSpec spec) {
    return tree(spec).toString();
  }

  /** {@code spec} as a part of a larger JSON. */
  public static JsonNode tree(ModelSpec spec) {
    return MAPPER.valueToTree(spec);
  }

  /** The rules of a training as a part of a larger JSON. */
  public static JsonNode tree(TrainingSpec spec) {
    return MAPPER.valueToTree(spec);
  }

  /**
   * The spec that {@link #write} wrote.
   *
   * @throws IllegalArgumentException if {@code json} is not exactly a spec, or one that no model
   *     can have
   */
  public static ModelSpec read(String json) {
    try {
      return MAPPER.readValue(json, ModelSpec.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(
          "no model spec: " + e.getOriginalMessage() + " at " + e.getPathReference(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no model spec: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Where two specs differ, a line a value, in the first one's order: {@code bits: 8 there, 5
   * here}.
   *
   * @param there what a file says
   * @param here what the model is
   */
  static List<String> differences(JsonNode there, JsonNode here) {
    List<String> differences = new ArrayList<>();
    collect("", there, here, differences);
    return differences;
  }

  private static void collect(String path, JsonNode there, JsonNode here, List<String> found) {
    if (there.equals(here)) {
      return;
    }
    boolean inside =
        (there.isObject() && here.isObject())
            || (there.isArray() && here.isArray() && there.size() == here.size());
    if (!inside || !there.path("kind").equals(here.path("kind"))) {
      found.add(path + ": " + brief(there) + " there, " + brief(here) + " here");
    } else if (there.isArray()) {
      for (int i = 0; i < there.size(); i++) {
        collect(path + "/" + i, there.get(i), here.get(i), found);
      }
    } else {
      Set<String> names = new LinkedHashSet<>();
      there.fieldNames().forEachRemaining(names::add);
      here.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String inner = path.isEmpty() ? name : path + "/" + name;
        collect(inner, there.path(name), here.path(name), found);
      }
    }
  }

  private static String brief(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    if (node.isArray()) {
      return node.size() + " steps";
    }
    return node.has("kind") ? node.get("kind").asText() : node.toString();
  }
}
