package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.data.DataSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the command line names sources: one comes with the project, the others are a format and a
 * directory.
 */
final class DataSourceName {
  static final String SAMPLE = "fashion-mnist-sample";
  private static final String SAMPLE_FORMAT = "idx";

  private DataSourceName() {}

  /** The images that come with the project. */
  static DataSource sample() {
    Path home = Path.of(System.getProperty("flowpp.home", "")).toAbsolutePath();
    return DataSource.of(SAMPLE_FORMAT, home.resolve("experiments").resolve("sample-data"));
  }

  static DataSource resolve(String name, @Nullable Path directory) {
    if (name.equals(SAMPLE)) {
      if (directory != null) {
        throw usage(
            name + " comes with the project and takes no directory",
            "leave DIR out, or name a format: idx, cifar-binary");
      }
      return sample();
    }
    if (!name.equals("idx") && !name.equals("cifar-binary")) {
      throw usage(
          "unknown source '" + name + "'",
          "use " + SAMPLE + ", idx DIR (the MNIST family) or cifar-binary DIR (CIFAR-10)");
    }
    if (directory == null) {
      throw usage(name + " needs the directory of its files", "add DIR");
    }
    return DataSource.of(name, directory.toAbsolutePath().normalize());
  }

  private static UserFault usage(String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, "usage", message, null, suggestion);
  }
}
