package io.flowpp.platform.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The processor as far as results depend on it.
 *
 * @param name two of one instruction set may still split sums in different ways; with the numbers
 *     of its design, since hypervisors give one name to several generations
 * @param instructions the largest set of vector instructions that libtorch would use
 */
public record Processor(String name, String instructions) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String UNKNOWN = "unknown";

  /** By which Linux tells designs apart: first those of x86, then those of Arm. */
  private static final List<String> DESIGN =
      List.of(
          "cpu family",
          "model",
          "stepping",
          "CPU implementer",
          "CPU variant",
          "CPU part",
          "CPU revision");

  /** That of this machine; unknown where the system does not tell. */
  public static Processor here() {
    if (!Files.isReadable(PROCESSORS)) {
      return of(Map.of());
    }
    try {
      return of(first(Files.readAllLines(PROCESSORS)));
    } catch (IOException e) {
      throw new UncheckedIOException(PROCESSORS.toString(), e);
    }
  }

  /**
   * @param told of one processor, by the names that Linux has for it
   */
  static Processor of(Map<String, String> told) {
    String flags = told.getOrDefault("flags", told.getOrDefault("Features", ""));
    return new Processor(name(told), instructions(Set.of(flags.strip().split("\\s+", -1))));
  }

  private static String name(Map<String, String> told) {
    String design =
        DESIGN.stream()
            .filter(told::containsKey)
            .map(number -> number.replaceFirst("^(cpu|CPU) ", "") + " " + told.get(number))
            .collect(Collectors.joining(", "));
    String name = told.getOrDefault("model name", UNKNOWN);
    return design.isEmpty() ? name : name + " (" + design + ")";
  }

  private static String instructions(Set<String> flags) {
    if (flags.containsAll(List.of("avx512f", "avx512bw", "avx512dq", "avx512vl"))) {
      // Training in bf16 takes other kernels where the processor multiplies bf16 itself.
      return "avx512"
          + (flags.contains("avx512_bf16") ? "+bf16" : "")
          + (flags.contains("amx_tile") ? "+amx" : "");
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

  /** What is told of the first processor: up to the line that ends its part. */
  static Map<String, String> first(List<String> lines) {
    Map<String, String> first = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        break;
      }
      first.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return first;
  }
}
