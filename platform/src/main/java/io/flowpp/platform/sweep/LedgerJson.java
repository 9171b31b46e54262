package io.flowpp.platform.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns that hold JSON. */
final class LedgerJson {
  // In ASCII alone: the last lines of a process may hold what PostgreSQL refuses in a text.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final TypeReference<LinkedHashMap<String, String>> WORDS =
      new TypeReference<>() {};

  private LedgerJson() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + value, e);
    }
  }

  /** In the order in which it was written. */
  static Map<String, String> words(String json) {
    try {
      return MAPPER.readValue(json, WORDS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds what it did not write: " + json, e);
    }
  }

  static Cause cause(String json) {
    try {
      return MAPPER.readValue(json, Cause.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds what it did not write: " + json, e);
    }
  }
}
