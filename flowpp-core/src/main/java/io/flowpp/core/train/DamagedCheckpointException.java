package io.flowpp.core.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint's tensors are not those that were written; nothing was trained from them. */
public final class DamagedCheckpointException extends RuntimeException {
  private final transient Path checkpoint;

  public DamagedCheckpointException(Path checkpoint, String found, @Nullable String expected) {
    super("is damaged: its state has the SHA-256 " + found + ", not " + expected);
    this.checkpoint = checkpoint;
  }

  public Path checkpoint() {
    return checkpoint;
  }

  @Override
  public String toString() {
    return checkpoint + " " + getMessage();
  }
}
