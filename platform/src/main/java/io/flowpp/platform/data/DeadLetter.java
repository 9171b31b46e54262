package io.flowpp.platform.data;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StorageFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An element of the pipeline that failed, as text: an exception that escaped a DoFn would be
 * retried by some runners and would lose its type in others.
 *
 * @param exitCode null for a fault of ours
 * @param trace the stack trace
 */
record DeadLetter(
    String element,
    @Nullable String exitCode,
    String code,
    String message,
    @Nullable String where,
    @Nullable String suggestion,
    String trace)
    implements Serializable {

  /**
   * @param element what was being done
   * @param target what was being written
   */
  static DeadLetter of(String element, Path target, Throwable cause) {
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    if (cause instanceof UserFault fault) {
      return of(element, fault, trace.toString());
    }
    if (cause instanceof IOException fault) {
      return of(element, StorageFault.of(fault, target), trace.toString());
    }
    return new DeadLetter(
        element, null, "internal", cause.toString(), null, null, trace.toString());
  }

  private static DeadLetter of(String element, UserFault fault, String trace) {
    return new DeadLetter(
        element,
        fault.exitCode().name(),
        fault.code(),
        fault.message(),
        fault.where(),
        fault.suggestion(),
        trace);
  }

  /** The failure as it was, for the process that runs the pipeline. */
  RuntimeException toException() {
    IllegalStateException worker =
        new IllegalStateException(element + " failed in a worker:\n" + trace);
    return exitCode == null
        ? worker
        : new UserFault(ExitCode.valueOf(exitCode), code, message, where, suggestion, worker);
  }
}
