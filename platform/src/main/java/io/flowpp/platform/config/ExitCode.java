package io.flowpp.platform.config;

/** What the process tells its caller; scripts and CI rely on the numbers (docs: command line). */
public enum ExitCode {
  DONE(0),
  /** A fault of ours: the user is asked to report it. */
  INTERNAL(1),
  /** Usage or configuration. */
  USAGE(2),
  /** A stage, or some trials, failed. */
  FAILED(3),
  /** Something compared is different or worse. */
  DIFFERENT(4),
  /** Interrupted; the same command goes on from where it stopped. */
  INTERRUPTED(5),
  /** A service that is needed could not be reached. */
  UNREACHABLE(6),
  /** Undecided: investigate, or no baseline. */
  UNDECIDED(7);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
