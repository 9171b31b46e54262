package io.flowpp.platform.stage;

import com.google.common.base.Throwables;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
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
