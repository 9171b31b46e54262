package io.flowpp.platform.config;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that the user asks a command to write. */
public final class UserFile {
  private UserFile() {}

  /**
   * Asks for its place before the work that fills it.
   *
   * @throws UserFault if no file can lie at {@code file}
   */
  public static void requirePlace(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean taken = Files.isDirectory(file);
    if (taken || folder == null || !Files.isDirectory(folder)) {
      throw new UserFault(
          ExitCode.USAGE,
          "unwritable-file",
          taken ? "is a folder" : "its folder does not exist",
          file.toString(),
          "name a file in a folder that exists");
    }
  }
}
