package io.flowpp.platform.data;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;

/** Faults of raw files, told alike. */
final class DataFault {
  private DataFault() {}

  /** A file that is not what it should be, and that another download would put right. */
  static UserFault damaged(String code, String message, Path file) {
    return new UserFault(
        ExitCode.FAILED,
        code,
        message,
        file.toString(),
        "download it again, or check that it belongs to this data set");
  }

  /** A file that is there and does not let itself be read. */
  static UserFault unreadable(IOException cause, Path file) {
    String reason = cause instanceof AccessDeniedException ? "permission denied" : cause.toString();
    return new UserFault(
        ExitCode.USAGE,
        "unreadable-file",
        "cannot be read (" + reason + ")",
        file.toString(),
        "check its permissions and its disk",
        cause);
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
