package io.flowpp.platform.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that the user, or the machine they run on, can put right: the command line tells it in
 * one line without a stack trace.
 *
 * <pre>{@code
 * throw new UserFault(ExitCode.FAILED, "truncated-gzip", "ends after 1,203 of 784,016 bytes", file.toString(), "download it again");
 * // error: train-images.gz: ends after 1,203 of 784,016 bytes; download it again
 * }</pre>
 */
public final class UserFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String code;
  private final @Nullable String where;
  private final @Nullable String suggestion;

  /**
   * @param code a stable word for scripts, in kebab-case: {@code unwritable-workspace}
   * @param message what is wrong and what was expected, without a full stop
   * @param where the file, file:line, key or address that it is about
   * @param suggestion what to do
   */
  public UserFault(
      ExitCode exitCode,
      String code,
      String message,
      @Nullable String where,
      @Nullable String suggestion) {
    super(message);
    this.exitCode = Objects.requireNonNull(exitCode);
    this.code = Objects.requireNonNull(code);
    this.where = where;
    this.suggestion = suggestion;
  }

  /** The same with what caused it, shown by {@code -v} and in the log. */
  public UserFault(
      ExitCode exitCode,
      String code,
      String message,
      @Nullable String where,
      @Nullable String suggestion,
      Throwable cause) {
    this(exitCode, code, message, where, suggestion);
    initCause(cause);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  public String code() {
    return code;
  }

  /** Never null: the constructor asks for it. */
  public String message() {
    return Objects.requireNonNull(getMessage());
  }

  public @Nullable String where() {
    return where;
  }

  public @Nullable String suggestion() {
    return suggestion;
  }

  /** {@code where: message; suggestion}. */
  public String line() {
    return (where == null ? "" : where + ": ")
        + message()
        + (suggestion == null ? "" : "; " + suggestion);
  }
}
