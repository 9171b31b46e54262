package io.flowpp.platform.sweep;

import io.flowpp.platform.tracking.PostgresCluster;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class PostgresProcessesTest extends LedgerProcessesContract {
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

  @Override
  String url() {
    return PostgresLedgers.url(cluster.port());
  }

  @Override
  Map<String, String> login() {
    return PostgresLedgers.LOGIN;
  }
}
