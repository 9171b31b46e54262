package io.flowpp.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;

/**
 * A secret from the variable {@code NAME}, or from the file that {@code NAME_FILE} names and that
 * nobody else may read. No fault repeats the secret.
 */
public final class SecretSetting {
  private static final long LARGEST = 65_536;
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private SecretSetting() {}

  /** Empty where neither variable is set. */
  public static String read(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    String file = environment.getOrDefault(name + "_FILE", "");
    if (!value.isEmpty() && !file.isEmpty()) {
      throw fault(
          name, "is set, and " + name + "_FILE too", "unset one of them: there can be one secret");
    }
    if (!file.isEmpty()) {
      return readFile(name + "_FILE", file);
    }
    return printable(name, value);
  }

  /** What a file holds, without the line feed at its end. */
  public static String readFile(String variable, String name) {
    try {
      Path file = Path.of(name);
      if (!Files.isRegularFile(file)) {
        throw fault(variable, "there is no file " + name, "name a file that holds the secret");
      }
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw fault(
            variable,
            "others than its owner may read or write " + name,
            "take that away: chmod 600 " + name);
      }
      if (Files.size(file) > LARGEST) {
        throw fault(variable, name + " is too large for a secret", "name the right file");
      }
      String value = printable(variable, Files.readString(file).strip());
      if (value.isEmpty()) {
        throw fault(variable, name + " is empty", "write the secret into it");
      }
      return value;
    } catch (IOException | InvalidPathException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "secret-setting",
          name + " cannot be read: " + e.getClass().getSimpleName(),
          variable,
          "name a file that you may read",
          e);
    }
  }

  // A line feed in a header would end in an exception that quotes the whole of it.
  private static String printable(String name, String value) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw fault(name, "holds a line feed or another control character", "take it out");
    }
    return value;
  }

  private static UserFault fault(String where, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, "secret-setting", message, where, suggestion);
  }
}
