package io.flowpp.platform.tracking;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of MLFLOW_TRACKING_URI. */
final class ExplicitServer implements Destination {
  static final String VARIABLE = "MLFLOW_TRACKING_URI";

  private static final Logger LOG = LoggerFactory.getLogger(ExplicitServer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String OR =
      "unset MLFLOW_TRACKING_URI to use the managed server, or set FLOWPP_OFFLINE=1 to keep a journal only";

  private final URI uri;
  private final ServerAccess access;

  private ExplicitServer(URI uri, ServerAccess access) {
    this.uri = uri;
    this.access = access;
  }

  /** What the environment says of it. The address is looked at first: it may hold a password. */
  static ExplicitServer of(Map<String, String> environment) {
    URI uri = address(environment.getOrDefault(VARIABLE, ""));
    return new ExplicitServer(uri, ServerAccess.from(environment));
  }

  private static URI address(String address) {
    URI uri;
    try {
      uri = new URI(address.strip());
    } catch (URISyntaxException e) {
      throw usage(
          "is no address",
          "set it to something like http://127.0.0.1:5000"); // not named: it may hold a password
    }
    if (uri.getRawUserInfo() != null
        || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
      throw usage(
          "holds a user name or a password, which would end up in logs",
          "take it out, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD (or"
              + " MLFLOW_TRACKING_PASSWORD_FILE)");
    }
    boolean http =
        "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    if (!http || uri.getHost() == null) {
      throw usage(
          "is '"
              + address.strip()
              + "', but only an http or https address of an MLflow server will do",
          "set it to something like http://127.0.0.1:5000, or unset it to use the managed server");
    }
    return URI.create(uri.toString().replaceAll("/+$", ""));
  }

  /** What the user should know of the way to it. */
  List<String> warnings() {
    return access.warnings(uri);
  }

  @Override
  public String identity() {
    return uri.toString();
  }

  @Override
  public Optional<URI> uri() {
    return Optional.of(uri);
  }

  @Override
  public URI connect() {
    return uri;
  }

  @Override
  public ServerAccess access() {
    return access;
  }

  /**
   * Asks the server for something small. A server that is ill, rather than away or closed, is left
   * to the journal's patience.
   */
  void check() {
    try {
      ask(access);
    } catch (MlflowRefusal e) {
      refused(e);
      if (access.credentials().header().isPresent()) {
        checkWithout(e);
      }
    } catch (IOException e) {
      throw fault(
          "tracking-unreachable",
          "the tracking server cannot be reached: " + Reasons.of(e),
          "start it, or " + OR,
          e);
    }
  }

  private void ask(ServerAccess as) throws IOException {
    new MlflowRest(uri, as).get("experiments/search", Map.of("max_results", "1"), PATIENCE);
  }

  /** MLflow's own login breaks down, with 500, where it is sent a token. */
  private void checkWithout(MlflowRefusal illness) {
    try {
      ask(new ServerAccess(Credentials.none(), access.tls()));
    } catch (MlflowRefusal e) {
      if (e.isLogin()) {
        throw fault(
            "tracking-login",
            "the tracking server fails at this login ("
                + illness.status()
                + ") and wants one ("
                + e.status()
                + "); perhaps it takes a user and a password, and no token",
            Reasons.advice(e) + "; or " + OR,
            e);
      }
    } catch (IOException e) {
      LOG.debug("the server was ill before, and cannot be reached now", e);
    }
  }

  private void refused(MlflowRefusal e) {
    if (e.isLogin()) {
      String code = e.status() == 401 ? "tracking-login" : "tracking-forbidden";
      throw fault(code, Reasons.message(e), Reasons.advice(e) + "; or " + OR, e);
    }
    if (e.blamesRequest()) {
      boolean elsewhere = e.status() / 100 == 3;
      throw fault(
          "tracking-no-mlflow",
          "there is no MLflow server at this address ("
              + (elsewhere ? e.getMessage() : "it answers " + e.status())
              + ")",
          "correct MLFLOW_TRACKING_URI, " + OR,
          e);
    }
  }

  private UserFault fault(String code, String message, String suggestion, IOException cause) {
    return new UserFault(ExitCode.UNREACHABLE, code, message, uri.toString(), suggestion, cause);
  }

  private static UserFault usage(String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, "tracking-address", message, VARIABLE, suggestion);
  }
}
