package io.flowpp.platform.stage;

import com.google.common.base.Throwables;
import io.flowpp.core.nn.NonFiniteException;
import io.flowpp.core.train.DamagedCheckpointException;
import io.flowpp.core.train.DivergedException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StorageFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why a stage failed, in a form that travels between processes. */
public record Failure(
    ExitCode exitCode,
    String code,
    String message,
    @Nullable String where,
    @Nullable String suggestion,
    String stackTrace) {

  static Failure of(StageName stage, Throwable thrown) {
    String stackTrace = Throwables.getStackTraceAsString(thrown);
    for (Throwable cause : Throwables.getCausalChain(thrown)) {
      if (cause instanceof UserFault fault) {
        return new Failure(
            fault.exitCode(),
            fault.code(),
            fault.message(),
            fault.where(),
            fault.suggestion(),
            stackTrace);
      }
      if (cause instanceof DivergedException diverged) {
        return new Failure(
            ExitCode.FAILED,
            "diverged",
            String.valueOf(diverged.getMessage()),
            stage.id(),
            "the checkpoints before it are whole; lower training.optimizer.learning-rate, raise training.schedule.warmup, or look at the images that it met",
            stackTrace);
      }
      if (cause instanceof NonFiniteException odd) {
        return new Failure(
            ExitCode.FAILED,
            "not-finite",
            String.valueOf(odd.getMessage()),
            stage.id(),
            "the weights cannot be used: train them anew, with a lower training.optimizer.learning-rate or a longer training.schedule.warmup",
            stackTrace);
      }
      if (cause instanceof DamagedCheckpointException damage) {
        return new Failure(
            ExitCode.FAILED,
            "damaged-checkpoint",
            String.valueOf(damage.getMessage()),
            damage.checkpoint().toString(),
            "delete that directory to go on from the checkpoint before it",
            stackTrace);
      }
    }
    if (thrown instanceof UncheckedIOException && thrown.getCause() instanceof IOException io) {
      UserFault storage = StorageFault.of(io, Path.of(""));
      return new Failure(
          ExitCode.FAILED,
          storage.code(),
          thrown.getMessage() + ": " + storage.message(),
          stage.id(),
          storage.suggestion(),
          stackTrace);
    }
    return new Failure(
        ExitCode.FAILED,
        "stage-failed",
        thrown.getMessage() == null ? thrown.toString() : thrown.getMessage(),
        stage.id(),
        "-v shows where; the same command goes on from the last checkpoint",
        stackTrace);
  }

  /** As the exception that the command line tells. */
  public UserFault asFault() {
    return new UserFault(
        exitCode, code, message, where, suggestion, new StageFailedException(stackTrace));
  }
}
