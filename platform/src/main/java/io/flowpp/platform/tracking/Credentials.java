package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.SecretSetting;
import io.flowpp.platform.config.UserFault;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The login at an MLflow server, from the environment or from files that it names, and from nowhere
 * else; never printed, written or logged.
 */
final class Credentials {
  static final String USER = "MLFLOW_TRACKING_USERNAME";
  static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";
  static final String TOKEN = "MLFLOW_TRACKING_TOKEN";

  private final @Nullable String header;

  private Credentials(@Nullable String header) {
    this.header = header;
  }

  /** A user name and password win over a token, as in MLflow's own client. */
  static Credentials from(Map<String, String> environment) {
    String user = environment.getOrDefault(USER, "");
    String password = SecretSetting.read(environment, PASSWORD);
    String token = SecretSetting.read(environment, TOKEN);
    if (!user.isEmpty() && !password.isEmpty()) {
      return basic(user, password);
    }
    if (!token.isEmpty()) {
      return bearer(token);
    }
    if (!user.isEmpty()) {
      throw fault(
          USER, "is set without a password", "set " + PASSWORD + " or " + PASSWORD + "_FILE too");
    }
    if (!password.isEmpty()) {
      throw fault(PASSWORD, "is set without a user name", "set " + USER + " too");
    }
    return none();
  }

  static Credentials basic(String user, String password) {
    if (user.indexOf(':') >= 0 || user.chars().anyMatch(Character::isISOControl)) {
      throw fault(USER, "holds a colon or a control character", "name a user of the server");
    }
    String login = user + ":" + password;
    return new Credentials("Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8)));
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

  private static Credentials bearer(String token) {
    if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw fault(TOKEN, "holds a blank or a sign beyond ASCII", "copy the token again");
    }
    return new Credentials("Bearer " + token);
  }

  private static UserFault fault(String where, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, "tracking-login", message, where, suggestion);
  }
}
