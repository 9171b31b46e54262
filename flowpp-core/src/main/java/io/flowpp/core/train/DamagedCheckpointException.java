package io.flowpp.core.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint's tensors are not those that were written; nothing was trained from them. */
public final class DamagedCheckpointException extends RuntimeException {
  public DamagedCheckpointException(Path checkpoint, String found, @Nullable String expected) {
    super(
        checkpoint
            + " is damaged: SHA-256 of its state is "
            + found
            + ", not "
            + expected
            + "; delete that directory to go on from the checkpoint before it");
  }
}
