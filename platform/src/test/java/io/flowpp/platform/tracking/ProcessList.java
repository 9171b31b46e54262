package io.flowpp.platform.tracking;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What anybody on the machine can see of its processes. */
public final class ProcessList {
  private ProcessList() {}

  /** The arguments of all processes. */
  public static List<String> commandLines() throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .map(process -> read(process.resolve("cmdline")))
          .toList();
    }
  }

  /** The environment of a process, which its owner alone can see. */
  public static String environment(long pid) {
    return read(Path.of("/proc", Long.toString(pid), "environ"));
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException ended) {
      return "";
    }
  }
}
