package io.flowpp.core.weights;

import java.nio.file.Path;
import java.util.List;

/** A weight file belongs to another model; nothing was loaded that can be used. */
public final class WeightMismatchException extends RuntimeException {
  private static final int SHOWN = 5;

  private final List<String> differences;

  public WeightMismatchException(Path file, List<String> differences) {
    super(
        file
            + " does not fit the model: "
            + String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())))
            + more(differences.size()));
    this.differences = List.copyOf(differences);
  }

  /** One line a tensor. */
  public List<String> differences() {
    return differences;
  }

  private static String more(int count) {
    return count > SHOWN ? "; and " + (count - SHOWN) + " more" : "";
  }
}
