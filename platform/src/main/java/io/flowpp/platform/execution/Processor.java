package io.flowpp.platform.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The processor as far as results depend on it.
 *
 * @param name two of one instruction set may still split sums in different ways
 * @param instructions the largest set of vector instructions that libtorch would use
 */
public record Processor(String name, String instructions) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String UNKNOWN = "unknown";

  /** That of this machine; unknown where the system does not tell. */
  public static Processor here() {
    return of(Files.isReadable(PROCESSORS) ? first() : Map.of());
  }

  /**
   * @param told of one processor, by the names that Linux has for it
   */
  static Processor of(Map<String, String> told) {
    String flags = told.getOrDefault("flags", told.getOrDefault("Features", ""));
    return new Processor(
        told.getOrDefault("model name", UNKNOWN),
        instructions(Set.of(flags.strip().split("\\s+", -1))));
  }

  private static String instructions(Set<String> flags) {
    if (flags.containsAll(List.of("avx512f", "avx512bw", "avx512dq", "avx512vl"))) {
      return flags.contains("amx_tile") ? "avx512+amx" : "avx512";
    }
    if (flags.containsAll(List.of("avx2", "fma"))) {
      return "avx2";
    }
    for (String level : List.of("sve2", "sve", "asimd", "sse4_2")) {
      if (flags.contains(level)) {
        return level;
      }
    }
    return UNKNOWN;
  }

  private static Map<String, String> first() {
    Map<String, String> first = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(PROCESSORS)) {
        int colon = line.indexOf(':');
        if (colon < 0) {
          break;
        }
        first.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(PROCESSORS.toString(), e);
    }
    return first;
  }
}
