package io.flowpp.platform.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flowpp.platform.tracking.ManagedServer;
import io.flowpp.platform.tracking.ProcessList;
import io.flowpp.platform.tracking.ServerStatus;
import io.flowpp.platform.tracking.SharedEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recognisable secrets, with logins that work and that fail, against the real server; then a search
 * for them wherever somebody could find them.
 */
@Tag("slow")
class SecretsTest {
  private static final String PASSWORD = "Recognisable-Password-4711";
  private static final String WRONG = "Recognisable-Mistake-4712";
  private static final String TOKEN = "Recognisable-Token-4713";
  private static final List<String> TRACES =
      List.of("Recognisable-", base64("admin:" + PASSWORD), base64("admin:" + WRONG));

  @TempDir Path directory;
  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private volatile boolean over;
  private Path home = Path.of("");
  private ManagedServer server = ManagedServer.of(Path.of(""), Map.of());
  private String uri = "";

  @BeforeEach
  void startServerWithARecognisablePassword() throws IOException {
    home = directory.resolve("server");
    SharedEnvironment.lend(home);
    secretFile(home.resolve("mlflow/admin-password"), PASSWORD);
    server = ManagedServer.of(home, SharedEnvironment.variables());
    ServerStatus status = server.up(ManagedServer.Login.ON);
    uri = Objects.requireNonNull(status.uri()).toString();
  }

  @AfterEach
  void stopServer() {
    server.down();
  }

  @Test
  void noSecretIsFoundInJournalsLogsDatabasesOutputOrTheProcessList() throws Exception {
    Thread watch = new Thread(this::watchProcesses, "watch");
    watch.start();
    List<FlowppProcess> processes = new ArrayList<>();

    FlowppProcess good =
        run(Map.of("MLFLOW_TRACKING_USERNAME", "admin", "MLFLOW_TRACKING_PASSWORD", PASSWORD));
    assertThat(good.exitCode()).as(good.err()).isZero();
    assertThat(good.json().path("tracking").asText()).isEqualTo("synced");
    processes.add(good);

    Path wrongFile = secretFile(directory.resolve("wrong"), WRONG);
    for (Map<String, String> wrong :
        List.of(
            Map.of("MLFLOW_TRACKING_USERNAME", "admin", "MLFLOW_TRACKING_PASSWORD", WRONG),
            Map.of(
                "MLFLOW_TRACKING_USERNAME",
                "admin",
                "MLFLOW_TRACKING_PASSWORD_FILE",
                wrongFile.toString()),
            Map.of("MLFLOW_TRACKING_TOKEN", TOKEN))) {
      FlowppProcess refused = run(wrong);
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(6);
      assertThat(refused.json().at("/error/message").asText()).contains("401");
      assertThat(refused.json().at("/error/suggestion").asText())
          .contains("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_TOKEN");
      processes.add(refused);
    }

    FlowppProcess inAddress =
        FlowppProcess.start(
            directory.resolve("workspace"),
            Map.of("MLFLOW_TRACKING_URI", uri.replace("://", "://admin:" + PASSWORD + "@")),
            "run",
            "../experiments/smoke.yaml",
            "-v");
    assertThat(inAddress.exitCode()).isEqualTo(2);
    assertThat(inAddress.err()).contains("MLFLOW_TRACKING_PASSWORD_FILE");
    processes.add(inAddress);

    FlowppProcess echoed = runAgainstAServerThatRepeatsTheLogin();
    assertThat(echoed.exitCode()).as(echoed.err()).isEqualTo(6);
    assertThat(echoed.err()).contains("***");
    processes.add(echoed);

    over = true;
    watch.join();
    assertThat(seen).isEmpty();
    for (FlowppProcess process : processes) {
      assertClean("output", process.err() + process.out());
    }
    List<Path> files = filesOf(directory);
    assertThat(files)
        .anyMatch(file -> file.endsWith("journal.jsonl"))
        .anyMatch(file -> file.endsWith("mlflow.db"))
        .anyMatch(file -> file.endsWith("users.db"))
        .anyMatch(file -> file.endsWith("server.log"))
        .anyMatch(file -> file.getFileName().toString().matches("flowpp-.*\\.log"));
    for (Path file : files) {
      assertClean(file.toString(), Files.readString(file, ISO_8859_1));
    }
  }

  private FlowppProcess run(Map<String, String> login) {
    Map<String, String> environment = new HashMap<>(login);
    environment.put("MLFLOW_TRACKING_URI", uri);
    return FlowppProcess.start(
        directory.resolve("workspace"),
        environment,
        "run",
        "../experiments/smoke.yaml",
        "--json",
        "-v",
        "--fresh",
        "training.steps=2",
        "pretraining.steps=2",
        "evaluation.images=4",
        "evaluation.samples=1");
  }

  /** As a proxy that tells everything for the sake of those who look for a fault. */
  private FlowppProcess runAgainstAServerThatRepeatsTheLogin() throws Exception {
    HttpServer chatty =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chatty.createContext(
        "/",
        exchange -> {
          String login = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] body =
              ("{\"error_code\":\"X\",\"message\":\"not with " + login + " nor " + PASSWORD + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    chatty.start();
    try {
      FlowppProcess process =
          FlowppProcess.start(
              directory.resolve("workspace"),
              Map.of(
                  "MLFLOW_TRACKING_URI",
                  "http://127.0.0.1:" + chatty.getAddress().getPort(),
                  "MLFLOW_TRACKING_USERNAME",
                  "admin",
                  "MLFLOW_TRACKING_PASSWORD",
                  PASSWORD),
              "run",
              "../experiments/smoke.yaml",
              "--fresh",
              "-v");
      process.exitCode();
      return process;
    } finally {
      chatty.stop(0);
    }
  }

  private void watchProcesses() {
    while (!over) {
      try {
        for (String line : ProcessList.commandLines()) {
          if (TRACES.stream().anyMatch(line::contains)) {
            seen.add(line);
          }
        }
        Thread.sleep(20);
      } catch (IOException | InterruptedException e) {
        seen.add(e.toString());
        return;
      }
    }
  }

  private static void assertClean(String where, String text) {
    for (String trace : TRACES) {
      assertThat(text.contains(trace)).as(trace + " in " + where).isFalse();
    }
  }

  /** All but those that are there to hold a secret, for their owner alone. */
  private static List<Path> filesOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("admin-password") && !file.endsWith("wrong"))
          .toList();
    }
  }

  private static Path secretFile(Path file, String secret) throws IOException {
    Files.writeString(file, secret);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
