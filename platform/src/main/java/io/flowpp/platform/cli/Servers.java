package io.flowpp.platform.cli;

import io.flowpp.platform.tracking.ManagedServer;
import io.flowpp.platform.tracking.ServerStatus;

/** What the commands of the tracking server share. */
final class Servers {
  private Servers() {}

  static ManagedServer managed() {
    return ManagedServer.of(Places.workspace(), System.getenv());
  }

  static String describe(ServerStatus status) {
    String name = status.version() == null ? "MLflow" : "MLflow " + status.version();
    if (status.uri() == null) {
      return name + " does not run";
    }
    String health = status.healthy() ? "answers" : "does not answer (yet)";
    String login =
        status.login() ? "; log in as admin, the password is in " + status.passwordFile() : "";
    return name + " " + health + " at " + status.uri() + " (pid " + status.pid() + ")" + login;
  }
}
