package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Throwables;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.Claim.Taken;
import io.flowpp.platform.sweep.Ending.Done;
import io.flowpp.platform.tracking.PostgresCluster;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a ledger in PostgreSQL when the server, the login or the network fail. */
@Tag("slow")
@Timeout(120)
class PostgresFaultsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Worker WORKER = new Worker("w", "h");

  private static PostgresCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = PostgresCluster.start(PostgresLedgers.PASSWORD);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void emptyDatabase() throws Exception {
    cluster.query("DROP SCHEMA IF EXISTS flowpp_sweeps CASCADE");
  }

  private static Ledger open(int port) {
    return Ledgers.open(PostgresLedgers.url(port), PostgresLedgers.LOGIN, PATIENCE);
  }

  private static Lease take(Ledger ledger) {
    return ((Taken) ledger.claim("s", WORKER, LONG)).lease();
  }

  private static void assertFault(Runnable call, ExitCode exit, String code, String... words) {
    UserFault fault = catchThrowableOfType(UserFault.class, call::run);
    assertThat(fault).isNotNull();
    assertThat(fault.line())
        .contains(words)
        .contains("postgresql://127.0.0.1:")
        .doesNotContain("\n");
    assertThat(fault.code()).isEqualTo(code);
    assertThat(fault.exitCode()).isEqualTo(exit);
    assertThat(Throwables.getStackTraceAsString(fault)).doesNotContain(PostgresLedgers.PASSWORD);
  }

  @Test
  void nobodyListens() {
    assertFault(
        () -> open(1),
        ExitCode.UNREACHABLE,
        "ledger-unreachable",
        "cannot be reached",
        "FLOWPP_LEDGER_URL");
  }

  @Test
  void theLoginIsRefused() {
    String url = PostgresLedgers.url(cluster.port());
    String user = PostgresCluster.USER;
    for (Map<String, String> login :
        List.of(
            Map.of("FLOWPP_LEDGER_USER", user, "FLOWPP_LEDGER_PASSWORD", "wrong"),
            Map.of("FLOWPP_LEDGER_USER", "nobody", "FLOWPP_LEDGER_PASSWORD", "wrong"),
            Map.of("FLOWPP_LEDGER_USER", user),
            Map.<String, String>of())) {
      assertFault(
          () -> Ledgers.open(url, login),
          ExitCode.UNREACHABLE,
          "ledger-login",
          "refuses the login",
          "FLOWPP_LEDGER_PASSWORD_FILE");
    }
  }

  @Test
  void thereIsNoSuchDatabase() {
    assertFault(
        () ->
            Ledgers.open(
                "postgresql://127.0.0.1:" + cluster.port() + "/other", PostgresLedgers.LOGIN),
        ExitCode.UNREACHABLE,
        "ledger-database",
        "no such database",
        "createdb");
  }

  @Test
  void theUserMayNotMakeASchema() throws Exception {
    cluster.query("CREATE USER reader PASSWORD 'reads'");
    assertFault(
        () ->
            Ledgers.open(
                PostgresLedgers.url(cluster.port()),
                Map.of("FLOWPP_LEDGER_USER", "reader", "FLOWPP_LEDGER_PASSWORD", "reads")),
        ExitCode.UNREACHABLE,
        "unwritable-ledger",
        "GRANT CREATE");
  }

  @Test
  void aTableIsGone() throws Exception {
    try (Ledger ledger = open(cluster.port())) {
      ledger.create(SweepSamples.sweep("s", 1), "f", "h");
      cluster.query("DROP SCHEMA flowpp_sweeps CASCADE");
      assertFault(
          () -> ledger.claim("s", WORKER, LONG),
          ExitCode.FAILED,
          "ledger-damaged",
          "lacks a table",
          "backup");
    }
  }

  @Test
  void writtenByALaterVersion() throws Exception {
    open(cluster.port()).close();
    cluster.query(
        "INSERT INTO flowpp_sweeps.flyway_schema_history SELECT 99, '99', 'x', 'SQL', 'V99__x.sql', 1,"
            + " 'x', now(), 1, true");
    assertFault(
        () -> open(cluster.port()),
        ExitCode.USAGE,
        "ledger-of-later-version",
        "by a later version");
  }

  @Test
  void aServerThatIsStartedAgainCostsNothing() throws Exception {
    try (Ledger ledger = open(cluster.port())) {
      ledger.create(SweepSamples.sweep("s", 2), "f", "h");
      Lease lease = take(ledger);
      cluster.stop();
      try {
        assertFault(
            () -> ledger.renew(lease, LONG, "{}"),
            ExitCode.UNREACHABLE,
            "ledger-unreachable",
            "cannot be reached");
      } finally {
        cluster.start();
      }
      assertThat(ledger.end(lease, new Done("{}"))).isTrue();
      assertThat(take(ledger).token()).isGreaterThan(lease.token());
    }
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNotDoneTwice() throws Exception {
    try (CuttingProxy proxy = CuttingProxy.before(cluster.port());
        // Else the driver sends its COMMIT by a number, which the proxy does not know.
        Ledger ledger =
            Ledgers.open(
                PostgresLedgers.url(proxy.port()) + "?prepareThreshold=0",
                PostgresLedgers.LOGIN,
                PATIENCE)) {
      proxy.cut(1);
      ledger.create(SweepSamples.sweep("s", 2), "f", "h");
      assertThat(proxy.left()).isZero();

      proxy.cut(1);
      Lease first = take(ledger);
      assertThat(proxy.left()).isZero();
      assertThat(first.attempt()).isEqualTo(1);
      assertThat(ledger.trials("s").get(0).attempts()).hasSize(1);
      assertThat(ledger.trials("s").get(1).attempts()).isEmpty();

      proxy.cut(1);
      assertThat(ledger.end(first, new Done("{}"))).isTrue();
      Lease second = take(ledger);
      proxy.cut(1);
      assertThat(ledger.end(second, new Ending.Failed(SweepSamples.cause("exit"), false))).isTrue();
      proxy.cut(1);
      assertThat(ledger.retryFailed("s")).isEqualTo(1);
      proxy.cut(1);
      ledger.remove("s");
      assertThat(proxy.left()).isZero();
      assertThat(ledger.sweeps()).isEmpty();
    }
  }

  @Test
  void aProcessThatSleepsWithinATransactionDoesNotHoldTheOthersUp() throws Exception {
    PostgresDialect sleeper =
        PostgresDialect.open(
            (LedgerAddress.Postgres) LedgerAddress.parse(PostgresLedgers.url(cluster.port())),
            PostgresCluster.USER,
            PostgresLedgers.PASSWORD,
            PATIENCE);
    try (Ledger ledger = open(cluster.port())) {
      ledger.create(SweepSamples.sweep("s", 1), "f", "h");
      Connection connection = sleeper.writing().getConnection(); // the server ends it
      connection.setAutoCommit(false);
      connection.createStatement().execute("SELECT * FROM sweep FOR UPDATE");
      assertThat(ledger.claim("s", WORKER, LONG)).isInstanceOf(Taken.class);
    } finally {
      sleeper.close();
    }
  }
}
