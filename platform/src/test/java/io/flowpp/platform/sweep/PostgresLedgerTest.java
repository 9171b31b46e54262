package io.flowpp.platform.sweep;

import io.flowpp.platform.tracking.PostgresCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class PostgresLedgerTest extends LedgerContract {
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
  @Override
  void openLedger() throws Exception {
    cluster.query("DROP SCHEMA IF EXISTS flowpp_sweeps CASCADE");
    super.openLedger();
  }

  @Override
  Ledger open() {
    return Ledgers.open(PostgresLedgers.url(cluster.port()), PostgresLedgers.LOGIN);
  }
}
