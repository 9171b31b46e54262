package io.flowpp.platform.workspace;

/**
 * Held until closed, or until the process dies: nobody else works on the stage meanwhile. Not
 * reentrant.
 */
public final class StageLock implements AutoCloseable {
  StageLock() {}

  @Override
  public void close() {}
}
