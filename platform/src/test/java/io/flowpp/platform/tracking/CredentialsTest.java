package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final String SECRET = "s3cret-9876";

  @TempDir Path directory;

  @Test
  void passwordOfAFileIsThatOfTheVariable() throws IOException {
    Path file = secretFile(SECRET + "\n", "rw-------");
    assertThat(
            Credentials.from(
                    Map.of(
                        "MLFLOW_TRACKING_USERNAME",
                        "ann",
                        "MLFLOW_TRACKING_PASSWORD_FILE",
                        file.toString()))
                .header())
        .isEqualTo(
            Credentials.from(
                    Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", SECRET))
                .header())
        .contains("Basic YW5uOnMzY3JldC05ODc2");
  }

  @Test
  void tokenOfAFileIsABearer() throws IOException {
    Path file = secretFile(SECRET, "r--------");
    assertThat(Credentials.from(Map.of("MLFLOW_TRACKING_TOKEN_FILE", file.toString())).header())
        .contains("Bearer " + SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
  void fileThatOthersMayReadOrWriteIsRefused(String permissions) throws IOException {
    Path file = secretFile(SECRET, permissions);
    assertRefused(Map.of("MLFLOW_TRACKING_TOKEN_FILE", file.toString()), "chmod 600 " + file);
  }

  @Test
  void fileThatHoldsNoSecretIsRefused() throws IOException {
    Path empty = secretFile(" \n", "rw-------");
    assertRefused(Map.of("MLFLOW_TRACKING_TOKEN_FILE", empty.toString()), "empty");
    Path absent = directory.resolve("absent");
    assertRefused(Map.of("MLFLOW_TRACKING_TOKEN_FILE", absent.toString()), "no file " + absent);
  }

  static List<Map<String, String>> halves() {
    return List.of(
        Map.of("MLFLOW_TRACKING_USERNAME", "ann"),
        Map.of("MLFLOW_TRACKING_PASSWORD", SECRET),
        Map.of("MLFLOW_TRACKING_USERNAME", "a:b", "MLFLOW_TRACKING_PASSWORD", SECRET),
        Map.of("MLFLOW_TRACKING_TOKEN", SECRET + "\nX-Header: 1"),
        Map.of("MLFLOW_TRACKING_TOKEN", SECRET + " ä"),
        Map.of("MLFLOW_TRACKING_TOKEN", SECRET, "MLFLOW_TRACKING_TOKEN_FILE", "/absent"));
  }

  @ParameterizedTest
  @MethodSource("halves")
  void loginThatCannotWorkIsRefusedBeforeItIsTried(Map<String, String> environment) {
    assertRefused(environment, "MLFLOW_TRACKING_");
  }

  @Test
  void userAndPasswordWinOverAToken() {
    assertThat(
            Credentials.from(
                    Map.of(
                        "MLFLOW_TRACKING_USERNAME",
                        "ann",
                        "MLFLOW_TRACKING_PASSWORD",
                        SECRET,
                        "MLFLOW_TRACKING_TOKEN",
                        "t"))
                .header())
        .hasValueSatisfying(header -> assertThat(header).startsWith("Basic "));
    assertThat(Credentials.from(Map.of()).header()).isEmpty();
  }

  private static void assertRefused(Map<String, String> environment, String says) {
    assertThatThrownBy(() -> Credentials.from(environment))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(fault.line())
                  .contains(says)
                  .doesNotContain(SECRET)
                  .doesNotContain("\n")
                  .startsWith("MLFLOW_TRACKING_");
            });
  }

  private Path secretFile(String content, String permissions) throws IOException {
    Path file = Files.writeString(Files.createTempFile(directory, "secret", ""), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
