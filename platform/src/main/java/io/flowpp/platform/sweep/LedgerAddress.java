package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a ledger is: never with a password, so that it may be shown and handed on. */
sealed interface LedgerAddress {
  /**
   * @param file absolute
   */
  record Sqlite(Path file) implements LedgerAddress {
    @Override
    public String toString() {
      return "sqlite:" + file;
    }
  }

  /**
   * @param rest what follows {@code postgresql://}
   */
  record Postgres(String rest) implements LedgerAddress {
    String jdbc() {
      return "jdbc:postgresql://" + rest;
    }

    @Override
    public String toString() {
      return "postgresql://" + rest;
    }
  }

  String VARIABLE = "FLOWPP_LEDGER_URL";

  /** Reads an address as a person writes it, or as {@link Object#toString} gave it. */
  static LedgerAddress parse(String text) {
    String address = text.strip();
    if (address.regionMatches(true, 0, "jdbc:", 0, 5)) {
      address = address.substring(5);
    }
    int colon = address.indexOf(':');
    String rest = address.substring(colon + 1);
    return switch (address.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT)) {
      case "sqlite" -> sqlite(rest);
      case "postgresql", "postgres" -> postgres(rest);
      default ->
          throw fault("expected postgresql://HOST:PORT/DATABASE or sqlite:/PATH/OF/FILE", null);
    };
  }

  private static LedgerAddress sqlite(String path) {
    try {
      Path file = Path.of(path);
      if (file.isAbsolute()) {
        return new Sqlite(file.normalize());
      }
    } catch (InvalidPathException e) {
      throw fault("sqlite: is not followed by the path of a file", e);
    }
    throw fault("expected an absolute path after sqlite:, found '" + path + "'", null);
  }

  private static LedgerAddress postgres(String rest) {
    String expected = "expected postgresql://HOST:PORT/DATABASE";
    if (!rest.startsWith("//")) {
      throw fault(expected, null);
    }
    // None of these faults repeats the address: what is wrong with it may be a password within it.
    String query = rest.contains("?") ? rest.substring(rest.indexOf('?') + 1) : "";
    if (rest.contains("@") || Login.IN_QUERY.matcher(query).find()) {
      throw fault(
          "the address holds a user or a password; take them out of it and set FLOWPP_LEDGER_USER, and"
              + " FLOWPP_LEDGER_PASSWORD or FLOWPP_LEDGER_PASSWORD_FILE",
          null);
    }
    try {
      URI uri = new URI("postgresql:" + rest);
      String database = Objects.requireNonNullElse(uri.getPath(), "");
      if (uri.getHost() == null || database.length() < 2 || database.indexOf('/', 1) > 0) {
        throw fault(expected, null);
      }
      return new Postgres(rest.substring(2));
    } catch (URISyntaxException e) {
      throw fault(expected, null); // its message repeats the address
    }
  }

  private static UserFault fault(String message, @Nullable Throwable cause) {
    UserFault fault =
        new UserFault(
            ExitCode.USAGE,
            "ledger-address",
            message,
            VARIABLE,
            "unset it for the ledger in the workspace");
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }

  /** How a login shows in an address. */
  final class Login {
    private static final Pattern IN_QUERY = Pattern.compile("(?i)(^|&)(user|[a-z]*password)=");

    private Login() {}
  }
}
