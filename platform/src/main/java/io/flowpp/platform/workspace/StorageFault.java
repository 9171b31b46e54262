package io.flowpp.platform.workspace;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Tells faults of the disk apart: full, not to be written, or something else. */
public final class StorageFault {
  private static final List<String> FULL =
      List.of("no space left", "quota exceeded", "file too large", "not enough space");
  private static final List<String> UNWRITABLE =
      List.of(
          "read-only file system",
          "permission denied",
          "not a directory",
          "operation not permitted",
          "file exists");

  private StorageFault() {}

  /**
   * @param path what was being written
   */
  public static UserFault of(IOException cause, Path path) {
    String reason = reason(cause);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (FULL.stream().anyMatch(lower::contains)) {
      return new UserFault(
          ExitCode.FAILED,
          "disk-full",
          "the disk is full, or a limit on file sizes is reached ("
              + reason
              + "); nothing half-written was kept",
          path.toString(),
          "free some space, or set FLOWPP_WORKSPACE to a directory on another disk, and run the same command again",
          cause);
    }
    if (cause instanceof AccessDeniedException || UNWRITABLE.stream().anyMatch(lower::contains)) {
      return unwritable(cause, path);
    }
    return new UserFault(
        ExitCode.FAILED,
        "storage",
        "reading or writing failed (" + reason + ")",
        path.toString(),
        "check the disk, and run the same command again",
        cause);
  }

  static UserFault unwritable(IOException cause, Path path) {
    return new UserFault(
        ExitCode.USAGE,
        "unwritable-workspace",
        "cannot be written (" + reason(cause) + ")",
        path.toString(),
        "set FLOWPP_WORKSPACE to a directory that you may write to",
        cause);
  }

  /**
   * @param output the finished output that the file belongs to
   */
  public static UserFault damaged(Path file, Path output) {
    return new UserFault(
        ExitCode.FAILED,
        "damaged-output",
        "is damaged: it is not what the stage published",
        file.toString(),
        "delete " + output + " to have it computed again, or run with --fresh");
  }

  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "file exists and is not a directory";
    }
    if (cause instanceof FileSystemException fault && fault.getReason() != null) {
      return Objects.requireNonNull(fault.getReason());
    }
    return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
  }
}
