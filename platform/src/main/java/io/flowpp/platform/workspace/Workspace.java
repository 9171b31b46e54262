package io.flowpp.platform.workspace;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A directory of finished stage outputs, shared by any number of processes. Safe for concurrent
 * use.
 */
public final class Workspace {
  private final Path root;

  private Workspace(Path root) {
    this.root = root;
  }

  /** Opens the workspace at {@code root}; nothing is created before something is written. */
  public static Workspace at(Path root) {
    return at(root, Clock.systemUTC());
  }

  public static Workspace at(Path root, Clock clock) {
    return new Workspace(root);
  }

  public Path root() {
    return root;
  }

  /**
   * Creates the workspace and writes to it, so that an unusable one is told before hours of work.
   */
  public void requireWritable() {
    throw new IllegalStateException("in work");
  }

  /** The finished output of a stage. */
  public Optional<Path> find(StageKey key) {
    throw new IllegalStateException("in work");
  }

  /** The finished outputs of all keys of a stage. */
  public List<StageKey> published(String stage) {
    throw new IllegalStateException("in work");
  }

  /**
   * Waits until nobody else works on the stage; {@code onWait} hears who does, once for each
   * holder.
   */
  public StageLock lock(StageKey key, Consumer<String> onWait) {
    throw new IllegalStateException("in work");
  }

  /** A working directory that outlives crashes, for checkpoints. */
  public Path scratch(StageKey key) {
    throw new IllegalStateException("in work");
  }

  /**
   * A fresh, empty directory to prepare an output in; removed later if this process dies before it
   * publishes.
   */
  public Path prepare(StageKey key) {
    throw new IllegalStateException("in work");
  }

  /**
   * Moves a prepared directory into place, whole or not at all; where an output is there already,
   * that one stays. Returns the output's directory.
   */
  public Path publish(StageKey key, Path prepared) {
    throw new IllegalStateException("in work");
  }

  /** Removes a prepared directory that will not be published. */
  public void abandon(Path prepared) {
    throw new IllegalStateException("in work");
  }

  /** Forgets the finished output and the working directory of a stage, to run it afresh. */
  public void discard(StageKey key) {
    throw new IllegalStateException("in work");
  }

  public Path journals() {
    throw new IllegalStateException("in work");
  }

  public Path logs() {
    throw new IllegalStateException("in work");
  }

  public Path runs() {
    throw new IllegalStateException("in work");
  }

  public Path mlflow() {
    throw new IllegalStateException("in work");
  }

  /** For what may be deleted at any time. */
  public Path cache() {
    throw new IllegalStateException("in work");
  }
}
