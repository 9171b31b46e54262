package io.flowpp.platform.report;

import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.config.UserFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A grid of images as a PNG file that a user has named. */
public final class SamplePicture {
  private final Path file;

  private SamplePicture(Path file) {
    this.file = file;
  }

  /**
   * Asks for the place of a picture before the work that makes it.
   *
   * @throws UserFault if no picture can lie at {@code file}
   */
  public static SamplePicture at(Path file) {
    UserFile.requirePlace(file);
    return new SamplePicture(file);
  }

  /** Writes the whole grid, or leaves what was there. */
  public void write(SampleGrid grid) {
    Path whole = file.toAbsolutePath();
    Path temporary = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      int columns = Pictures.squareColumns(grid.images());
      Files.write(temporary, Pictures.png(grid, 0, grid.images(), columns));
      Files.move(
          temporary, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw new UserFault(
          ExitCode.FAILED,
          "unwritable-file",
          "cannot be written: " + e.getMessage(),
          file.toString(),
          "make room or choose another place",
          e);
    }
  }
}
