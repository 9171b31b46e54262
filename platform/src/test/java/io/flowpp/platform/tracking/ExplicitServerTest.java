package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplicitServerTest {
  @TempDir Path directory;
  private HttpServer server;
  private final List<String> logins = new ArrayList<>();
  private volatile int status = 200;
  private volatile int statusWithoutLogin = 200;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          logins.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] body = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          boolean loggedIn = exchange.getRequestHeaders().containsKey("Authorization");
          exchange.sendResponseHeaders(loggedIn ? status : statusWithoutLogin, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void answerThatForbidsIsTheUsersToMend(int refusal) {
    statusWithoutLogin = refusal;
    assertThatThrownBy(() -> factory(Map.of()).checkReachable())
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
              assertThat(fault.line())
                  .contains(address())
                  .contains(Integer.toString(refusal))
                  .contains("FLOWPP_OFFLINE=1")
                  .doesNotContain("\n");
            });
  }

  @Test
  void closedPortIsTheUsersToMend() {
    server.stop(0);
    assertThatThrownBy(() -> factory(Map.of()).checkReachable())
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
              assertThat(fault.line())
                  .contains(address())
                  .contains("cannot be reached")
                  .doesNotContain("null")
                  .doesNotContain("\n");
            });
  }

  @Test
  void offlineAsksNoServer() {
    server.stop(0);
    assertThatCode(() -> factory(Map.of("FLOWPP_OFFLINE", "1")).checkReachable())
        .doesNotThrowAnyException();
    assertThat(logins).isEmpty();
  }

  @Test
  void serverThatIsIllIsLeftToTheJournal() {
    statusWithoutLogin = 503;
    assertThatCode(() -> factory(Map.of()).checkReachable()).doesNotThrowAnyException();
  }

  @Test
  void loginOfTheEnvironmentIsSentAndWrittenNowhere() throws IOException {
    status = 403;
    Map<String, String> login =
        Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", "s3cret-9876");
    try (Tracker tracker = factory(login).open("e", directory)) {
      tracker.start(new RunStart("r", "run", null, Map.of(), Map.of())).metric("loss", 1, 1);
      assertThat(Troubles.await(tracker)).contains("403");
    }
    assertThat(logins).contains("Basic YW5uOnMzY3JldC05ODc2");
    try (java.util.stream.Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).doesNotContain("s3cret-9876").doesNotContain("YW5uOnMz");
      }
    }
  }

  /** As MLflow does where it expects a user and a password. */
  @Test
  void serverThatBreaksDownAtATokenIsToldFromOneThatIsIll() {
    status = 500;
    statusWithoutLogin = 401;
    assertThatThrownBy(() -> factory(Map.of("MLFLOW_TRACKING_TOKEN", "t0ken")).checkReachable())
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
              assertThat(fault.line()).contains("500", "401", "MLFLOW_TRACKING_USERNAME");
            });
    statusWithoutLogin = 500;
    assertThatCode(() -> factory(Map.of("MLFLOW_TRACKING_TOKEN", "t0ken")).checkReachable())
        .doesNotThrowAnyException();
  }

  @Test
  void tokenIsSentAsBearer() {
    factory(Map.of("MLFLOW_TRACKING_TOKEN", "t0ken")).checkReachable();
    assertThat(logins).containsExactly("Bearer t0ken");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://ann:s3cret@127.0.0.1:5000",
        "http://ann:s3cret@bad_host",
        "http://ann:s3 cret@host",
        "file:/tmp/mlruns",
        "databricks",
        "http://"
      })
  void addressThatWillNotDoIsAUsageErrorThatRepeatsNoSecret(String address) {
    assertThatThrownBy(() -> ExplicitServer.of(Map.of("MLFLOW_TRACKING_URI", address)))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(fault.line()).startsWith("MLFLOW_TRACKING_URI: ").doesNotContain("s3");
            });
  }

  private TrackerFactory factory(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("MLFLOW_TRACKING_URI", address());
    return new DefaultTrackerFactory(
        new TrackingEnvironment(environment),
        ManagedServer.of(directory, environment),
        Clock.systemUTC());
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
