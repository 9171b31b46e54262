package io.flowpp.platform.data;

import java.nio.file.Path;

/** A data set in the format it is published in. */
public sealed interface DataSource permits IdxSource, CifarBinarySource {
  /** As the configuration calls it. */
  String format();

  Path directory();

  /**
   * @param format {@code idx} or {@code cifar-binary}
   */
  static DataSource of(String format, Path directory) {
    throw new IllegalStateException("in work");
  }
}
