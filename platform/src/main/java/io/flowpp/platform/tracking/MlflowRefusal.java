package io.flowpp.platform.tracking;

import java.io.IOException;

/** An answer of the server that is not a success. */
final class MlflowRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int TOO_LARGE = 413;

  private final int status;
  private final String errorCode;

  MlflowRefusal(String what, int status, String errorCode, String message) {
    super(
        what
            + ": "
            + status
            + (errorCode.isEmpty() ? "" : " " + errorCode)
            + (message.isEmpty() ? "" : ": " + message));
    this.status = status;
    this.errorCode = errorCode;
  }

  /**
   * The request itself is at fault: sent again it would be refused again. Only MLflow can know
   * that: something between it and us answers without one of its codes, and BAD_REQUEST is what it
   * says of a database that fails in a way it did not foresee.
   */
  boolean isPermanent() {
    boolean told = !errorCode.isEmpty() && !errorCode.equals("BAD_REQUEST");
    return status == TOO_LARGE || (blamesRequest() && told);
  }

  /** Whoever answered finds the request wrong, not itself, the login or the moment. */
  boolean blamesRequest() {
    return status >= 300 && status < 500 && !isLogin() && status != 408 && status != 429;
  }

  boolean isLogin() {
    return status == 401 || status == 403;
  }

  boolean isMissing() {
    return errorCode.equals("RESOURCE_DOES_NOT_EXIST");
  }

  boolean isTaken() {
    return errorCode.equals("RESOURCE_ALREADY_EXISTS");
  }

  int status() {
    return status;
  }
}
