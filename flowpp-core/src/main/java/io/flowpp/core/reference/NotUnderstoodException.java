package io.flowpp.core.reference;

/** A file of a reference folder from which no model or layer can be built. */
final class NotUnderstoodException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotUnderstoodException(String what) {
    super(what);
  }

  NotUnderstoodException(String what, Throwable cause) {
    super(what, cause);
  }
}
