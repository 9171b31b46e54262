package io.flowpp.platform.stage;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.hash.Hashing;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.core.weights.SpecJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Records as JSON: between driver and workers, in {@code result.json}, and under stage keys. Equal
 * values give equal bytes: record components and map keys are written in alphabetical order, every
 * alternative of a sealed interface with its name.
 */
public final class StageJson {
  private static final ObjectMapper MAPPER = mapper();

  private StageJson() {}

  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  public static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a " + type.getSimpleName() + " in JSON: " + json, e);
    }
  }

  /** The value as a tree; equal trees stand for equal values. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** SHA-256 of the canonical form, in 64 hex digits. */
  public static String digest(Object value) {
    return Hashing.sha256().hashString(write(canonical(value)), StandardCharsets.UTF_8).toString();
  }

  /** Writes {@code value} so that a reader sees the old file or the new one, never half of one. */
  public static void writeFile(Path file, Object value) throws IOException {
    byte[] json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    WholeFile.write(file, json);
  }

  public static <T> T readFile(Path file, Class<T> type) throws IOException {
    return MAPPER.readValue(Files.readAllBytes(file), type);
  }

  // A tree keeps the order in which it was built, so it goes through a plain map to be sorted.
  private static Object canonical(Object value) {
    return MAPPER.convertValue(value, Object.class);
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .addModule(SpecJson.alternatives())
        .addMixIn(PretrainingSpec.class, Pretraining.class)
        .addMixIn(StageEvent.class, Event.class)
        .build();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @Type(value = PretrainingSpec.None.class, name = "none"),
    @Type(value = PretrainingSpec.TowardsUniform.class, name = "uniform"),
    @Type(value = PretrainingSpec.WithProxy.class, name = "proxy")
  })
  private interface Pretraining {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
  @JsonSubTypes({
    @Type(value = StageEvent.Started.class, name = "started"),
    @Type(value = StageEvent.Progress.class, name = "progress"),
    @Type(value = StageEvent.UnitDone.class, name = "unit-done"),
    @Type(value = StageEvent.Stepped.class, name = "stepped"),
    @Type(value = StageEvent.Validated.class, name = "validated"),
    @Type(value = StageEvent.Skipped.class, name = "skipped"),
    @Type(value = StageEvent.Returned.class, name = "returned"),
    @Type(value = StageEvent.Noticed.class, name = "noticed"),
    @Type(value = StageEvent.Pictured.class, name = "pictured"),
    @Type(value = StageEvent.Checkpointed.class, name = "checkpointed"),
    @Type(value = StageEvent.Waiting.class, name = "waiting")
  })
  private interface Event {}
}
