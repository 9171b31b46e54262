package io.flowpp.platform.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The ledger that the environment names, or that of the workspace. */
record EnvironmentLedgers(Path workspace, Map<String, String> environment) implements LedgerSource {
  @Override
  public String address() {
    return Ledgers.url(workspace, environment);
  }

  @Override
  public boolean isThere() {
    return !(LedgerAddress.parse(address()) instanceof LedgerAddress.Sqlite file)
        || Files.exists(file.file());
  }

  @Override
  public Ledger open(String address) {
    return Ledgers.open(address, environment);
  }
}
