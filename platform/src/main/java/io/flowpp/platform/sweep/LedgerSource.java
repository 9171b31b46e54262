package io.flowpp.platform.sweep;

/** Opens ledgers; passwords come from this process's own environment. */
public interface LedgerSource {
  /** That of the environment, by default one in the workspace. */
  String address();

  /** Whether there is one at {@link #address}, as far as that can be seen without making one. */
  boolean isThere();

  /**
   * @param address without a password
   */
  Ledger open(String address);

  /** The one of {@link #address}. */
  default Ledger open() {
    return open(address());
  }
}
