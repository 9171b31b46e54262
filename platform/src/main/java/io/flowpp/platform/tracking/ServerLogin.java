package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.SecretSetting;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The login of the managed server: a user {@code admin} whose random password stands in a file that
 * only its owner may read. Processes get secrets by their environment, never by their arguments.
 */
final class ServerLogin {
  static final String ADMIN = "admin";

  private static final Logger LOG = LoggerFactory.getLogger(ServerLogin.class);
  private static final int RANDOM_BYTES = 24;
  private static final String CHECKED_FOR = "60"; // seconds; each check of a password takes 0.5 s

  private final ServerFiles files;

  ServerLogin(ServerFiles files) {
    this.files = files;
  }

  boolean isOn() {
    return Files.exists(settings());
  }

  /** The password stays where it is, since the server's users know it. */
  void turnOff() throws IOException {
    Files.deleteIfExists(settings());
  }

  void turnOn() throws IOException {
    Path directory = files.directory();
    if (isPosix(directory)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    makeSecret(passwordFile());
    makeSecret(signingKey());
    Path part = privateFile(settings().getFileName() + ".part");
    Files.writeString(
        part,
        "[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///"
            + files.users()
            + "\nadmin_username = "
            + ADMIN
            + "\nauth_cache_ttl_seconds = "
            + CHECKED_FOR
            + "\n");
    Files.move(part, settings(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  Path passwordFile() {
    return files.directory().resolve("admin-password");
  }

  /** What the server's process has to know. */
  void tell(Map<String, String> environment) {
    environment.put("MLFLOW_AUTH_CONFIG_PATH", settings().toString());
    environment.put("MLFLOW_AUTH_ADMIN_PASSWORD", read(passwordFile()));
    environment.put("MLFLOW_FLASK_SERVER_SECRET_KEY", read(signingKey()));
  }

  Credentials credentials() {
    return isOn() ? Credentials.basic(ADMIN, read(passwordFile())) : Credentials.none();
  }

  private Path settings() {
    return files.directory().resolve("login.ini");
  }

  private Path signingKey() {
    return files.directory().resolve("signing-key");
  }

  private String read(Path secret) {
    if (!Files.exists(secret)) {
      throw new UserFault(
          ExitCode.UNREACHABLE,
          "mlflow-login",
          "the managed server wants a login, and the file with it is gone",
          secret.toString(),
          "write the password of the user admin into it (chmod 600), or start the server without"
              + " login: ./flowpp mlflow up --no-auth");
    }
    return SecretSetting.readFile(secret.toString(), secret.toString());
  }

  private void makeSecret(Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    Path part = privateFile(file.getFileName() + ".part");
    Files.writeString(part, Base64.getUrlEncoder().withoutPadding().encodeToString(random), UTF_8);
    try {
      Files.createLink(file, part); // unlike a move, fails where another process was quicker
    } catch (FileAlreadyExistsException e) {
      LOG.debug("another process made {} first", file);
    } finally {
      Files.delete(part);
    }
  }

  private Path privateFile(String suffix) throws IOException {
    return Files.createTempFile(files.directory(), "secret", suffix); // for its owner alone
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
