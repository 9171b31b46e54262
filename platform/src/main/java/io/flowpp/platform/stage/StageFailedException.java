package io.flowpp.platform.stage;

/**
 * Carries the stack trace of a failure in a worker; its own would only show how it was passed on.
 */
final class StageFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StageFailedException(String stackTrace) {
    super("in the stage: " + stackTrace, null, false, false);
  }
}
