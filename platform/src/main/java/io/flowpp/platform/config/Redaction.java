package io.flowpp.platform.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes secrets out of whatever is printed, logged or journalled: the last line of defence, since
 * nothing of ours writes them there. Secrets are the values of variables that are named like one,
 * what the files hold that such variables with {@code _FILE} name, and what looks like a login in
 * an address or in a header.
 *
 * <pre>{@code
 * Redaction.of(Map.of("MLFLOW_TRACKING_PASSWORD", "s3cret")).apply("s3cret?") // "***?"
 * }</pre>
 */
public final class Redaction {
  private static final String GONE = "***";
  private static final int SHORTEST = 4; // less would garble every other word
  private static final long LARGEST_FILE = 65_536;
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i).*(PASSWORD|PASSWD|TOKEN|SECRET|SECRET_KEY|API_?KEY|ACCESS_KEY|CREDENTIALS?)");
  private static final Pattern LOGIN_IN_ADDRESS =
      Pattern.compile("(\\b[A-Za-z][A-Za-z0-9+.-]*://)[^\\s/@\"']+@");
  private static final Pattern HEADER =
      Pattern.compile("(?i)(authorization[\"']?\\s*[:=]\\s*[\"']?(?:basic|bearer)\\s+)[^\\s\"',]+");

  private final List<String> values;

  private Redaction(List<String> values) {
    this.values = values;
  }

  public static Redaction of(Map<String, String> environment) {
    Set<String> secrets = new TreeSet<>();
    environment.forEach(
        (name, value) -> {
          if (SECRET_NAME.matcher(name).matches()) {
            secrets.add(value);
          } else if (name.toUpperCase(Locale.ROOT).endsWith("_FILE")
              && SECRET_NAME.matcher(name.substring(0, name.length() - 5)).matches()) {
            secrets.add(content(value));
          }
        });
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    return new Redaction(
        secrets.stream()
            .map(String::strip)
            .filter(secret -> secret.length() >= SHORTEST)
            .flatMap(secret -> forms(user, secret))
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .collect(Collectors.toUnmodifiableList()));
  }

  /**
   * The same with the secrets of the workspace's managed server: its admin's password and the key
   * that it signs sessions with, where it has a login.
   */
  public static Redaction of(Map<String, String> environment, Path workspace) {
    Map<String, String> more = new HashMap<>(environment);
    Path managed = workspace.resolve("mlflow");
    more.put("MANAGED_PASSWORD_FILE", managed.resolve("admin-password").toString());
    more.put("MANAGED_SECRET_KEY_FILE", managed.resolve("signing-key").toString());
    return of(more);
  }

  /** The text without the secrets. */
  public String apply(String text) {
    String clean = text;
    for (String value : values) {
      if (clean.contains(value)) {
        clean = clean.replace(value, GONE);
      }
    }
    if (clean.indexOf('@') >= 0) {
      clean = LOGIN_IN_ADDRESS.matcher(clean).replaceAll("$1" + GONE + "@");
    }
    return clean.toLowerCase(Locale.ROOT).contains("authorization")
        ? HEADER.matcher(clean).replaceAll("$1" + GONE)
        : clean;
  }

  /** The ways in which a secret travels: as it is, in an address, in JSON, in a header. */
  private static Stream<String> forms(String user, String secret) {
    return Stream.of(
        secret,
        URLEncoder.encode(secret, UTF_8),
        secret.replace("\\", "\\\\").replace("\"", "\\\""),
        Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(UTF_8)));
  }

  private static String content(String file) {
    try {
      Path path = Path.of(file);
      return Files.isRegularFile(path) && Files.size(path) <= LARGEST_FILE
          ? Files.readString(path)
          : "";
    } catch (IOException | InvalidPathException e) {
      return ""; // whoever needs it will tell
    }
  }
}
