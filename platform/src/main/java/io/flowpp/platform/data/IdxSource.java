package io.flowpp.platform.data;

import java.nio.file.Path;

/** The MNIST family: four IDX files, plain or gzipped. */
public record IdxSource(Path directory) implements DataSource {
  @Override
  public String format() {
    return "idx";
  }
}
