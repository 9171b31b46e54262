package io.flowpp.platform.tracking;

import com.google.inject.Inject;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** The server that the environment names, for commands that cannot do without one. */
final class NeededServer {
  private final Map<String, String> environment;
  private final ManagedServer managed;

  @Inject
  NeededServer(TrackingEnvironment environment, ManagedServer managed) {
    this.environment = environment.variables();
    this.managed = managed;
  }

  /** A server that has answered. */
  record Reached(URI uri, MlflowRest rest) {
    UserFault loginFault(MlflowRefusal e) {
      return new UserFault(
          ExitCode.UNREACHABLE,
          "tracking-login",
          "the tracking server wants another login (" + e.status() + ")",
          uri.toString(),
          "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, of a user who may write",
          e);
    }
  }

  /**
   * Starts the managed server where the environment names no other.
   *
   * @throws UserFault where none can be reached, or FLOWPP_OFFLINE=1 forbids it
   */
  Reached reach() {
    if ("1".equals(environment.get("FLOWPP_OFFLINE"))) {
      throw new UserFault(
          ExitCode.UNREACHABLE,
          "offline",
          "this command needs a tracking server, which FLOWPP_OFFLINE=1 forbids",
          null,
          "unset FLOWPP_OFFLINE");
    }
    if (!environment.getOrDefault(ExplicitServer.VARIABLE, "").isBlank()) {
      ExplicitServer server = ExplicitServer.of(environment);
      server.check();
      return new Reached(server.connect(), new MlflowRest(server.connect(), server.access()));
    }
    URI uri = Objects.requireNonNull(managed.up().uri());
    return new Reached(uri, new MlflowRest(uri, managed.access()));
  }
}
