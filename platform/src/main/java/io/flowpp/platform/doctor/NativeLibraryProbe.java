package io.flowpp.platform.doctor;

import io.flowpp.core.device.NativeLibrary;

/** A process that loads libtorch, says so, and ends. */
final class NativeLibraryProbe {
  static final String LOADED = "loaded: ";

  private NativeLibraryProbe() {}

  public static void main(String[] args) {
    try {
      System.out.println(LOADED + NativeLibrary.load());
      System.exit(0);
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      System.out.println(cause.getClass().getSimpleName() + ": " + cause.getMessage());
      System.exit(1);
    }
  }
}
