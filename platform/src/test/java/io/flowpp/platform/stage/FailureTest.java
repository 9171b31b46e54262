package io.flowpp.platform.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.train.DamagedCheckpointException;
import io.flowpp.platform.config.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void aFullDiskIsNamedWithWhatWasBeingWrittenAndWhatToDo() {
    Failure failure =
        Failure.of(
            StageName.TRAIN_FLOW,
            new UncheckedIOException(
                "writing the checkpoint c; the one before it is whole",
                new IOException("No space left on device")));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(failure.code()).isEqualTo("disk-full");
    assertThat(failure.message())
        .startsWith("writing the checkpoint c; the one before it is whole: the disk is full");
    assertThat(failure.suggestion()).contains("free some space").contains("same command");
  }

  @Test
  void aDamagedCheckpointIsNamedWithTheWayRoundIt() {
    Path checkpoint = Path.of("scratch", "step-00000008");
    Failure failure =
        Failure.of(
            StageName.TRAIN_FLOW,
            new IllegalStateException(new DamagedCheckpointException(checkpoint, "ab", "cd")));
    assertThat(failure.code()).isEqualTo("damaged-checkpoint");
    assertThat(failure.where()).isEqualTo(checkpoint.toString());
    assertThat(failure.message()).contains("ab").contains("cd");
    assertThat(failure.suggestion()).contains("delete that directory");
  }

  @Test
  void anythingElseKeepsItsMessageAndNamesTheStage() {
    Failure failure = Failure.of(StageName.EVALUATE, new IllegalStateException("odd"));
    assertThat(failure.code()).isEqualTo("stage-failed");
    assertThat(failure.message()).isEqualTo("odd");
    assertThat(failure.where()).isEqualTo("evaluate");
  }
}
