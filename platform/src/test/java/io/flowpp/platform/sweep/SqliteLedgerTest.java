package io.flowpp.platform.sweep;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerTest extends LedgerContract {
  @TempDir Path workspace;

  @Override
  Ledger open() {
    return Ledgers.open(workspace, Map.of());
  }
}
