package io.flowpp.platform.stage;

/** A stage stopped because it was asked to: what it had finished is in its scratch directory. */
public final class StageCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StageCancelledException() {
    super("the stage was asked to stop");
  }
}
