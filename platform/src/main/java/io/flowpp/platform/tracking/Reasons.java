package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Why a request failed, in words. */
final class Reasons {
  private static final String LOGIN =
      "set, or correct, "
          + Credentials.USER
          + " and "
          + Credentials.PASSWORD
          + " (or "
          + Credentials.PASSWORD
          + "_FILE), or "
          + Credentials.TOKEN;

  private Reasons() {}

  static String of(IOException e) {
    if (e instanceof MlflowRefusal refusal && refusal.isLogin()) {
      return message(refusal) + "; " + advice(refusal);
    }
    if (e instanceof SSLException tls) {
      return ofTls(tls);
    }
    if (e instanceof UnknownHostException) {
      return "no host has this name: " + e.getMessage();
    }
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

  /** What a refused login is. */
  static String message(MlflowRefusal refusal) {
    return refusal.status() == 401
        ? "the tracking server wants a login (401)"
        : "the tracking server forbids the access (403)";
  }

  /** What to set after 401 and 403. */
  static String advice(MlflowRefusal refusal) {
    return refusal.status() == 401
        ? LOGIN
        : LOGIN
            + ", of a user who may write (a server without logins lists the names it answers to in"
            + " --allowed-hosts)";
  }

  private static String ofTls(SSLException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("PKIX")) {
      return "no authority that is trusted here has signed its certificate; name the authority's PEM"
          + " file in "
          + Tls.AUTHORITIES;
    }
    if (said.contains("subject alternative") || said.contains("No name matching")) {
      return "its certificate is for another name ("
          + said
          + "); use the name that the certificate has";
    }
    if (said.contains("plaintext connection") || said.contains("unrecognized SSL message")) {
      return "it does not speak TLS; write http:// where that is meant";
    }
    return "TLS fails: " + said;
  }
}
