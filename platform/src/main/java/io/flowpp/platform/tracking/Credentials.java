package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The login at an MLflow server, from the environment and nowhere else; never printed, written or
 * logged.
 */
final class Credentials {
  private final @Nullable String header;

  private Credentials(@Nullable String header) {
    this.header = header;
  }

  /** A user name and password win over a token, as in MLflow's own client. */
  static Credentials from(Map<String, String> environment) {
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    if (!user.isEmpty() && !password.isEmpty()) {
      return new Credentials(
          "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8)));
    }
    return token.isEmpty() ? none() : new Credentials("Bearer " + token);
  }

  static Credentials none() {
    return new Credentials(null);
  }

  /** The value of the header {@code Authorization}. */
  Optional<String> header() {
    return Optional.ofNullable(header);
  }

  @Override
  public String toString() {
    return header == null ? "no login" : "a login";
  }
}
