package io.flowpp.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarTest {
  @ParameterizedTest
  @CsvSource({
    "5, NUMBER, 5",
    "1e3, NUMBER, 1000",
    "100.0, NUMBER, 100",
    "1e-3, NUMBER, 0.001",
    "5.e-1, NUMBER, 0.5",
    ".5, NUMBER, 0.5",
    "010, NUMBER, 10",
    "-0, NUMBER, 0",
    "+7, NUMBER, 7",
    "9223372036854775807, NUMBER, 9223372036854775807",
    "9223372036854775808, STRING, 9223372036854775808",
    "1:30, STRING, 1:30",
    "0x10, STRING, 0x10",
    "1_000, STRING, 1_000",
    "1e999, STRING, 1e999",
    ".inf, STRING, .inf",
    "yes, STRING, yes",
    "true, BOOLEAN, true",
    "~, NULL, null",
    "28x28x1, STRING, 28x28x1",
  })
  void plainTextMeansWhatYaml12Says(String text, String type, String value) {
    var read = new Located.Scalar(new Origin("x", 1), text, true).value();
    assertThat(read.getNodeType().name()).isEqualTo(type);
    assertThat(read.asText()).isEqualTo(value);
    var quoted = new Located.Scalar(new Origin("x", 1), text, false).value();
    assertThat(quoted.isTextual()).isTrue();
  }
}
