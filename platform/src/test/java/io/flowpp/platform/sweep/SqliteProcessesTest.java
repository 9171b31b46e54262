package io.flowpp.platform.sweep;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class SqliteProcessesTest extends LedgerProcessesContract {
  @TempDir Path workspace;

  @Override
  String url() {
    return Ledgers.url(workspace, Map.of());
  }

  @Override
  Map<String, String> login() {
    return Map.of();
  }
}
