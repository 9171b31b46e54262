package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the end of a process means, by what it said last. */
class DiagnosisTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error: Could not reserve enough space for 524288KB object heap",
        "Could not reserve enough space for object heap",
        "# There is insufficient memory for the Java Runtime Environment to continue.",
        "java.lang.OutOfMemoryError: unable to create native thread",
        "terminate called after throwing an instance of 'std::bad_alloc'"
      })
  void whoeverSaysThatMemoryWasNotEnoughRanOutOfIt(String line) throws Exception {
    assertThat(kind(line, 1)).isEqualTo("out-of-memory");
  }

  @Test
  void whoSaysNothingOfMemoryDidNot() throws Exception {
    assertThat(kind("Error: Could not find or load main class", 1)).isEqualTo("exit");
    assertThat(kind("enough", 134)).isEqualTo("signal");
  }

  private String kind(String line, int exit) throws Exception {
    try (TrialProcess process =
        TrialProcess.start(
            List.of("sh", "-c", "echo \"$0\"; exit " + exit, line),
            Map.of(),
            temporary.resolve("log"))) {
      Optional<Integer> end = Optional.empty();
      while (end.isEmpty()) {
        end = process.await(Duration.ofSeconds(1));
      }
      Ending ending = Diagnosis.of(end.get(), temporary.resolve("no-answer"), process);
      return ((Ending.Failed) ending).cause().kind();
    }
  }
}
