package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flowpp.platform.config.Redaction;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedactedEventsTest {
  private static final String SECRET = "hunter2-hunter2";
  private static final Map<String, String> TOLD = Map.of("key", "it is " + SECRET);

  private final RedactedEvents redacted =
      new RedactedEvents(Redaction.of(Map.of("MLFLOW_TRACKING_PASSWORD", SECRET)));

  /** Each holds the secret in one of the places that a user's own words reach. */
  static Stream<Event> events() {
    return Stream.of(
        new Event.Started("r", 1, SECRET, null, Map.of(), Map.of()),
        new Event.Started("r", 1, "run", null, TOLD, Map.of()),
        new Event.Started("r", 1, "run", null, Map.of(), TOLD),
        new Event.Parameter("r", 1, "key", SECRET),
        new Event.Tagged("r", 1, "key", SECRET),
        new Event.DatasetUsed("r", 1, SECRET, "digest", "train", "/data", "{}"),
        new Event.DatasetUsed("r", 1, "name", "digest", "train", "/data/" + SECRET, "{}"),
        new Event.Registered("r", 1, new ModelVersion("m", "model", SECRET, Map.of())),
        new Event.Registered("r", 1, new ModelVersion("m", "model", "a model", TOLD)));
  }

  @ParameterizedTest
  @MethodSource("events")
  void nothingOfTheSecretIsLeft(Event event) throws Exception {
    assertThat(json(event)).contains(SECRET);
    assertThat(json(redacted.of(event))).doesNotContain(SECRET).contains("***");
  }

  private static String json(Event event) throws Exception {
    return JsonMapper.builder().build().writeValueAsString(event);
  }
}
