package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Throwables;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerAddressTest {
  @Test
  void withoutAnAddressTheLedgerIsInTheWorkspace() {
    assertThat(Ledgers.url(Path.of("/work space"), Map.of("FLOWPP_LEDGER_URL", " ")))
        .isEqualTo("sqlite:/work space/sweeps/ledger.db");
    assertThat(Ledgers.url(Path.of("w"), Map.of())).startsWith("sqlite:/");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://host/db, postgresql://host/db",
    "jdbc:postgresql://host:5433/db?sslmode=require, postgresql://host:5433/db?sslmode=require",
    "postgres://[::1]:5432/db, postgresql://[::1]:5432/db",
    "JDBC:sqlite:/a/../b.db, sqlite:/b.db"
  })
  void anAddressIsReadInTheUsualWaysAndReadBackAsItIsWritten(String text, String meant) {
    String url = Ledgers.url(Path.of("/w"), Map.of("FLOWPP_LEDGER_URL", text));
    assertThat(url).isEqualTo(meant);
    assertThat(LedgerAddress.parse(url)).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://anne:s3cret@host/db",
        "postgresql://anne@host/db",
        "jdbc:postgresql://host/db?user=anne&password=s3cret",
        "postgresql://host/db?sslmode=require&sslpassword=s3cret",
        "postgresql://anne:s3c#ret@host/db",
        "postgresql://anne:s3 cret@host/db"
      })
  void anAddressWithALoginIsRefusedWithoutShowingIt(String text) {
    UserFault fault = fault(text);
    assertThat(fault.line())
        .startsWith("FLOWPP_LEDGER_URL: the address holds a user or a password")
        .contains("FLOWPP_LEDGER_PASSWORD_FILE");
    assertThat(Throwables.getStackTraceAsString(fault)).doesNotContain("s3", "anne");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://host/db",
        "ledger.db",
        "sqlite:ledger.db",
        "postgresql:db",
        "postgresql://host",
        "postgresql://host/",
        "postgresql://host/a/b",
        "postgresql:///db",
        "postgresql://ho st/db"
      })
  void anAddressOfAnotherKindIsRefused(String text) {
    assertThat(fault(text).line()).startsWith("FLOWPP_LEDGER_URL: expected ");
  }

  private static UserFault fault(String text) {
    UserFault fault =
        catchThrowableOfType(
            UserFault.class, () -> Ledgers.url(Path.of("/w"), Map.of("FLOWPP_LEDGER_URL", text)));
    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
    return fault;
  }
}
