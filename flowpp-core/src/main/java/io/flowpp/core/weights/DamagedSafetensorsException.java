package io.flowpp.core.weights;

import java.nio.file.Path;

/** A file is no whole safetensors file; nothing of it was read. */
public final class DamagedSafetensorsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedSafetensorsException(Path file, String what) {
    super(file + " is no whole safetensors file: " + what);
  }

  DamagedSafetensorsException(Path file, String what, Throwable cause) {
    this(file, what);
    initCause(cause);
  }
}
