package io.flowpp.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactionTest {
  @TempDir Path directory;

  @Test
  void everyFormOfAPasswordIsTakenOut() {
    Redaction redaction =
        Redaction.of(
            Map.of(
                "MLFLOW_TRACKING_USERNAME", "ann",
                "MLFLOW_TRACKING_PASSWORD", "p&ss \"w\\rd"));
    assertThat(redaction.apply("plain p&ss \"w\\rd, in an address p%26ss+%22w%5Crd"))
        .isEqualTo("plain ***, in an address ***");
    assertThat(redaction.apply("{\"is\":\"p&ss \\\"w\\\\rd\"}")).isEqualTo("{\"is\":\"***\"}");
    assertThat(redaction.apply("header YW5uOnAmc3MgIndccmQ= went")).isEqualTo("header *** went");
  }

  @Test
  void secretsOfFilesAndOfOtherProgramsAreTakenOutToo() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "from-a-file\n");
    Redaction redaction =
        Redaction.of(
            Map.of(
                "MLFLOW_TRACKING_TOKEN_FILE", file.toString(),
                "AWS_SECRET_ACCESS_KEY", "of-another-program",
                "HOME", "/home/ann"));
    assertThat(redaction.apply("from-a-file of-another-program /home/ann"))
        .isEqualTo("*** *** /home/ann");
  }

  @Test
  void secretsOfTheManagedServerAreTakenOutToo() throws IOException {
    Path managed = Files.createDirectories(directory.resolve("mlflow"));
    Files.writeString(managed.resolve("admin-password"), "the-admins");
    Files.writeString(managed.resolve("signing-key"), "the-keys\n");
    assertThat(Redaction.of(Map.of(), directory).apply("the-admins the-keys")).isEqualTo("*** ***");
  }

  @Test
  void loginsInAddressesAndHeadersAreTakenOutThoughNobodyKnowsThem() {
    Redaction redaction = Redaction.of(Map.of());
    assertThat(redaction.apply("clone of https://ann:hidden@host/repo.git and git@host:repo.git"))
        .isEqualTo("clone of https://***@host/repo.git and git@host:repo.git");
    assertThat(redaction.apply("Authorization: Bearer abc.def, Authorization=Basic YTpi;"))
        .doesNotContain("abc.def")
        .doesNotContain("YTpi");
  }

  @Test
  void textWithoutSecretsStaysAsItIs() {
    Redaction redaction =
        Redaction.of(Map.of("MLFLOW_TRACKING_PASSWORD", "s3cret", "SHORT_TOKEN", "ab"));
    String text = "ab\r\033[K step 3 of 10: 4.56 bits/dim, see http://127.0.0.1:5000/#/a@b";
    assertThat(redaction.apply(text)).isEqualTo(text);
  }
}
