package io.flowpp.platform.execution;

import java.util.UUID;

/** Short random names for what must not be taken for something older. */
final class Token {
  private static final int DIGITS = 8;

  private Token() {}

  static String fresh() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, DIGITS);
  }
}
