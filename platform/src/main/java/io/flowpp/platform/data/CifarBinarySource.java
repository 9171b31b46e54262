package io.flowpp.platform.data;

import java.nio.file.Path;

/** CIFAR-10 in its binary version: five training batches and a test batch. */
public record CifarBinarySource(Path directory) implements DataSource {
  @Override
  public String format() {
    return "cifar-binary";
  }
}
