package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.ConnectException;

/** Why a request failed, in words. */
final class Reasons {
  private Reasons() {}

  static String of(IOException e) {
    Throwable cause = e;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause.getMessage() != null) {
      return cause.getMessage();
    }
    // java.net.http says nothing of a refused connection
    return e instanceof ConnectException ? "connection refused" : e.getClass().getSimpleName();
  }
}
