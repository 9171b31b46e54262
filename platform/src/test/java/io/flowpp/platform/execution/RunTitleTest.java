package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.config.ExperimentLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTitleTest {
  private static final Path SMOKE = Path.of("../experiments/smoke.yaml");

  @Test
  void aTitleTellsTheSeedAndWhatTheCommandLineChanged() {
    assertThat(title()).isEqualTo("smoke · seed 1");
    assertThat(title("seed=3", "model.flow.filters=16", "training.optimizer.learning-rate=1e-3"))
        .startsWith("smoke · ")
        .contains(" · filters=16", " · learning-rate=0.001")
        .endsWith(" · seed 3");
  }

  @Test
  void keysOfOneNameAreTold() {
    assertThat(title("training.steps=30", "pretraining.steps=4"))
        .contains("training.steps=30", "pretraining.steps=4");
  }

  @Test
  void whatChangesNoResultIsNotInIt() {
    assertThat(title("tracking.experiment=other", "execution.threads=1"))
        .isEqualTo("smoke · seed 1");
  }

  @Test
  void aTitleStaysShort() {
    assertThat(
            title(
                "training.steps=30",
                "training.batch=8",
                "training.ema=0.5",
                "training.validate-every=10",
                "evaluation.images=4",
                "evaluation.samples=1"))
        .contains(" · 2 more")
        .hasSizeLessThanOrEqualTo(120);
  }

  private static String title(String... overrides) {
    return RunTitle.of(ExperimentLoader.load(SMOKE, List.of(overrides)));
  }
}
