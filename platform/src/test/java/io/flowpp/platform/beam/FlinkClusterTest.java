package io.flowpp.platform.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of clusters that are not there, or are of no use; infra/flink tests a real one. */
class FlinkClusterTest {
  private final Map<String, String> answers = new HashMap<>();
  private HttpServer server;
  @TempDir private Path temporary;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String answer = answers.get(exchange.getRequestURI().getPath());
          byte[] body = String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void aClusterIsUsedWithAllItsSlotsAndNeverWaitedForWhileAttached() throws IOException {
    answers.put("/overview", "{\"slots-total\":3,\"flink-version\":\"1.19.3\"}");
    assertThat(FlinkCluster.find(Map.of(FlinkCluster.MASTER, master()), jar()).options())
        .contains(
            "--flinkMaster=" + master(),
            "--filesToStage=" + jar(),
            "--parallelism=3",
            "--executionModeForBatch=BATCH_FORCED",
            "--attachedMode=false");
  }

  @Test
  void withoutAJobJarTheLauncherIsNamed() {
    UserFault fault = fault(Map.of(FlinkCluster.MASTER, master()), null);
    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(fault.line()).contains("./flowpp");
  }

  @Test
  void withoutAClusterItIsSaidHowOneIsNamedAndStarted() throws IOException {
    UserFault fault = fault(Map.of(), jar());
    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(fault.line()).startsWith("FLOWPP_FLINK_MASTER: ").contains("infra/flink/cluster.sh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[local]", "[auto]", "localhost", "http://localhost:8081", "a b:1", ":1"})
  void whatIsNoAddressIsRefused(String master) throws IOException {
    UserFault fault = fault(Map.of(FlinkCluster.MASTER, master), jar());
    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(fault.line()).contains("expected host:port, found '" + master + "'");
  }

  @Test
  void whereNobodyListensTheServiceIsUnreachable() throws IOException {
    String closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = "127.0.0.1:" + socket.getLocalPort();
    }
    UserFault fault = fault(Map.of(FlinkCluster.MASTER, closed), jar());
    assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(fault.line()).startsWith(closed + ": no Flink cluster answers").doesNotContain("\n");
  }

  @Test
  void anotherServerIsNotTakenForACluster() throws IOException {
    assertThat(fault(Map.of(FlinkCluster.MASTER, master()), jar()).exitCode())
        .isEqualTo(ExitCode.UNREACHABLE);
    answers.put("/overview", "<html>");
    assertThat(fault(Map.of(FlinkCluster.MASTER, master()), jar()).exitCode())
        .isEqualTo(ExitCode.UNREACHABLE);
    answers.put("/overview", "{\"status\":\"fine\"}");
    assertThat(fault(Map.of(FlinkCluster.MASTER, master()), jar()).exitCode())
        .isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void aClusterWithoutTaskManagersIsUnreachable() throws IOException {
    answers.put("/overview", "{\"slots-total\":0,\"flink-version\":\"1.19.3\"}");
    UserFault fault = fault(Map.of(FlinkCluster.MASTER, master()), jar());
    assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(fault.line()).contains("no TaskManager");
  }

  @Test
  void aClusterOfAnotherVersionIsRefused() throws IOException {
    answers.put("/overview", "{\"slots-total\":1,\"flink-version\":\"1.20.0\"}");
    UserFault fault = fault(Map.of(FlinkCluster.MASTER, master()), jar());
    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(fault.line()).contains("1.20.0");
  }

  @Test
  void aFailedJobTellsItsInnermostCause() throws IOException {
    answers.put("/overview", "{\"slots-total\":1,\"flink-version\":\"1.19.3\"}");
    answers.put(
        "/jobs/overview",
        "{\"jobs\":[{\"jid\":\"a\",\"name\":\"mine\",\"start-time\":1},{\"jid\":\"b\",\"name\":\"mine\",\"start-time\":2},{\"jid\":\"c\",\"name\":\"other\",\"start-time\":3}]}");
    answers.put(
        "/jobs/b/exceptions",
        "{\"root-exception\":\"Recovery is suppressed\\n\\tat x\\nCaused by: A: one\\n\\tat y\\nCaused by: B: two\\n\\tat z\"}");
    FlinkCluster cluster = FlinkCluster.find(Map.of(FlinkCluster.MASTER, master()), jar());
    assertThat(cluster.failure("mine")).isEqualTo(": B: two");
    assertThat(cluster.failure("nobody's")).isEmpty();
  }

  private String master() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private String jar() throws IOException {
    return Files.writeString(temporary.resolve("job.jar"), "").toString();
  }

  private static UserFault fault(Map<String, String> environment, String jar) {
    return catchThrowableOfType(UserFault.class, () -> FlinkCluster.find(environment, jar));
  }
}
