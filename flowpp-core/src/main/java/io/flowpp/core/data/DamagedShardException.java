package io.flowpp.core.data;

import java.nio.file.Path;

/**
 * Prepared data are not what they were when they were written. Nothing is lost: they can be
 * prepared again from the source.
 */
public final class DamagedShardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String fault;

  /**
   * @param fault what is wrong with the file, with what was expected
   */
  public DamagedShardException(Path file, String fault) {
    super(file + ": " + fault);
    this.file = file;
    this.fault = fault;
  }

  public Path file() {
    return file;
  }

  /** The message without the file. */
  public String fault() {
    return fault;
  }
}
