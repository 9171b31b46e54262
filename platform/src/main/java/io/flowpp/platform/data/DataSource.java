package io.flowpp.platform.data;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A data set in the format it is published in. */
public sealed interface DataSource permits IdxSource, CifarBinarySource {
  /** As the configuration calls it. */
  String format();

  Path directory();

  /** The files that should be there and are not, in words; empty where the source is complete. */
  List<String> missing();

  /**
   * The raw files, always in the same order.
   *
   * @throws UserFault where one is missing
   */
  List<Path> rawFiles();

  /**
   * Reads the headers and tells where every image lies; nothing is decompressed beyond them.
   *
   * @throws UserFault where a file is not what its name says
   */
  SourceLayout layout();

  /**
   * @param format {@code idx} or {@code cifar-binary}
   * @throws UserFault where there is no such format
   */
  static DataSource of(String format, Path directory) {
    return switch (format) {
      case IdxSource.FORMAT -> new IdxSource(directory);
      case CifarBinarySource.FORMAT -> new CifarBinarySource(directory);
      default ->
          throw new UserFault(
              ExitCode.USAGE,
              "unknown-format",
              "unknown format of data '" + format + "'",
              "data.format",
              "use "
                  + IdxSource.FORMAT
                  + " (the MNIST family) or "
                  + CifarBinarySource.FORMAT
                  + " (CIFAR-10)");
    };
  }

  /** Fails unless nothing is missing. */
  default void requireComplete() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      String what =
          Files.isDirectory(directory())
              ? "lacks " + String.join(", ", missing)
              : "is no directory";
      throw new UserFault(
          ExitCode.USAGE,
          "missing-data",
          what,
          directory().toString(),
          "put the complete data set there, or point data.source to where it is");
    }
  }
}
