package io.flowpp.platform.sweep;

import io.flowpp.platform.tracking.PostgresCluster;
import java.util.Map;

/** How tests reach a ledger in a real PostgreSQL. */
final class PostgresLedgers {
  static final String PASSWORD = "pass word?&%40'";
  static final Map<String, String> LOGIN =
      Map.of("FLOWPP_LEDGER_USER", PostgresCluster.USER, "FLOWPP_LEDGER_PASSWORD", PASSWORD);

  private PostgresLedgers() {}

  static String url(int port) {
    return "postgresql://127.0.0.1:" + port + "/" + PostgresCluster.USER;
  }
}
