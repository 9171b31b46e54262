package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  @Test
  void anAliasAndANumberNameVersions() {
    assertThat(ModelReference.parse("models:/fashion@champion"))
        .contains(new ModelReference("fashion", new ModelReference.Alias("champion")));
    assertThat(ModelReference.parse("models:/fashion/12"))
        .contains(new ModelReference("fashion", new ModelReference.Number("12")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models:/fashion",
        "models:/",
        "models:/a@b@c",
        "models:/a/Production",
        "models:/a@"
      })
  void whatIsHalfAReferenceIsNone(String text) {
    assertThat(ModelReference.is(text)).isTrue();
    assertThat(ModelReference.parse(text)).isEmpty();
  }
}
