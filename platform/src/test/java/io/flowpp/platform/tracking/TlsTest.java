package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real TLS server whose certificate its own maker signed, for the name localhost. */
class TlsTest {
  @TempDir static Path directory;
  private static HttpsServer server;
  private static Path certificate = Path.of("");

  @BeforeAll
  static void listen() throws Exception {
    Path keys = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                "of-a-test")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.txt").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "of-a-test".toCharArray());
    }
    byte[] der = store.getCertificate("server").getEncoded();
    certificate =
        Files.writeString(
            directory.resolve("authority.pem"),
            "a certificate of a test\n-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "of-a-test".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'{', '}'});
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void close() {
    server.stop(0);
  }

  @Test
  void certificateOfNobodyThatIsTrustedIsRefusedWithTheVariableThatHelps() {
    assertUnreachable(Map.of(), "MLFLOW_TRACKING_SERVER_CERT_PATH");
  }

  @Test
  void authorityOfAFileIsTrustedWithoutAWarning() {
    Map<String, String> trust = Map.of("MLFLOW_TRACKING_SERVER_CERT_PATH", certificate.toString());
    assertThatCode(() -> factory("localhost", trust).checkReachable()).doesNotThrowAnyException();
    assertThat(factory("localhost", trust).warnings()).isEmpty();
  }

  @Test
  void certificateForAnotherNameIsRefusedThoughItsAuthorityIsTrusted() {
    Map<String, String> trust = Map.of("MLFLOW_TRACKING_SERVER_CERT_PATH", certificate.toString());
    assertThatThrownBy(() -> factory("127.0.0.1", trust).checkReachable())
        .isInstanceOfSatisfying(
            UserFault.class, fault -> assertThat(fault.line()).contains("for another name"));
  }

  @Test
  void anybodyIsTrustedOnlyWhereThatIsSaidAndThenWithAWarning() {
    for (String name : List.of("localhost", "127.0.0.1")) {
      TrackerFactory factory = factory(name, Map.of("MLFLOW_TRACKING_INSECURE_TLS", "true"));
      assertThatCode(factory::checkReachable).doesNotThrowAnyException();
      assertThat(factory.warnings())
          .singleElement()
          .asString()
          .startsWith("warning: MLFLOW_TRACKING_INSECURE_TLS is set");
    }
    assertUnreachable(
        Map.of("MLFLOW_TRACKING_INSECURE_TLS", "false"), "MLFLOW_TRACKING_SERVER_CERT_PATH");
  }

  @Test
  void settingsThatContradictOrCannotBeReadAreUsageErrors() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "no certificate\n");
    for (Map<String, String> wrong :
        List.of(
            Map.of(
                "MLFLOW_TRACKING_INSECURE_TLS",
                "1",
                "MLFLOW_TRACKING_SERVER_CERT_PATH",
                certificate.toString()),
            Map.of("MLFLOW_TRACKING_INSECURE_TLS", "perhaps"),
            Map.of("MLFLOW_TRACKING_SERVER_CERT_PATH", directory.resolve("absent").toString()),
            Map.of("MLFLOW_TRACKING_SERVER_CERT_PATH", empty.toString()),
            Map.of("MLFLOW_TRACKING_CLIENT_CERT_PATH", certificate.toString()))) {
      assertThatThrownBy(() -> factory("localhost", wrong).checkReachable())
          .isInstanceOfSatisfying(
              UserFault.class,
              fault -> {
                assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
                assertThat(fault.line()).startsWith("MLFLOW_TRACKING_").doesNotContain("\n");
              });
    }
  }

  @Test
  void loginThatWouldGoThroughANetworkUnencryptedIsWarnedOf() {
    Map<String, String> login = Map.of("MLFLOW_TRACKING_TOKEN", "t0ken");
    assertThat(to("http://192.0.2.1:5000", login).warnings())
        .singleElement()
        .asString()
        .contains("unencrypted");
    assertThat(to("http://127.0.0.1:5000", login).warnings()).isEmpty();
    assertThat(to("https://192.0.2.1:5000", login).warnings()).isEmpty();
    assertThat(to("http://192.0.2.1:5000", Map.of()).warnings()).isEmpty();
  }

  @Test
  void loginIsNotTakenAlongWhereTheServerRedirectsTo() throws IOException {
    List<String> visits = new ArrayList<>();
    HttpServer elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext("/", exchange -> visits.add(exchange.getRequestURI().toString()));
    HttpServer redirecting =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    redirecting.createContext(
        "/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("Location", "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/login");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    elsewhere.start();
    redirecting.start();
    try {
      String address = "http://127.0.0.1:" + redirecting.getAddress().getPort();
      assertThatThrownBy(
              () -> to(address, Map.of("MLFLOW_TRACKING_TOKEN", "t0ken")).checkReachable())
          .isInstanceOfSatisfying(
              UserFault.class,
              fault -> assertThat(fault.line()).contains("redirects to").contains("/login"));
      assertThat(visits).isEmpty();
    } finally {
      elsewhere.stop(0);
      redirecting.stop(0);
    }
  }

  private static void assertUnreachable(Map<String, String> more, String says) {
    assertThatThrownBy(() -> factory("localhost", more).checkReachable())
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
              assertThat(fault.line()).contains(says).doesNotContain("\n");
            });
  }

  private static TrackerFactory factory(String host, Map<String, String> more) {
    return to("https://" + host + ":" + server.getAddress().getPort(), more);
  }

  private static TrackerFactory to(String address, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("MLFLOW_TRACKING_URI", address);
    return new DefaultTrackerFactory(
        new TrackingEnvironment(environment),
        ManagedServer.of(directory, environment),
        Clock.systemUTC());
  }
}
