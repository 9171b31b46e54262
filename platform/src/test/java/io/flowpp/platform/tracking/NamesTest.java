package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"train/bpd", "a b", "mlflow.source.git.commit", "a:b-c_d", "..a", "a/.b"})
  void takesWhatTheServerTakes(String key) {
    assertThatCode(() -> Names.checkKey(key)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a//b", "a#b", "/a", "a/", "../a", "a/./b", "ä\"b"})
  void refusesWhatTheServerRefuses(String key) {
    assertThatThrownBy(() -> Names.checkKey(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a\\b", "", "/etc/passwd"})
  void refusesArtifactPathsThatLeaveTheRun(String path) {
    assertThatThrownBy(() -> Names.checkArtifactPath(path))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @org.junit.jupiter.api.Test
  void pictureOfAPathIsOneName() {
    assertThat(Names.imageKey("val/samples#1%")).isEqualTo("val_samples_1_");
  }
}
