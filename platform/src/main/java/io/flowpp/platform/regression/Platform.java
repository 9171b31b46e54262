package io.flowpp.platform.regression;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the results of equal experiments may depend on beside the program.
 *
 * @param instructions the largest set of vector instructions that libtorch would use here
 * @param processor its name; two of one instruction set may still split sums in different ways
 * @param java feature version
 */
public record Platform(
    String os,
    String architecture,
    String instructions,
    String processor,
    String java,
    String libtorch) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String UNKNOWN = "unknown";

  /**
   * @param libtorch version and flavour
   */
  static Platform here(String libtorch) {
    Map<String, String> first = Files.isReadable(PROCESSORS) ? firstProcessor() : Map.of();
    return new Platform(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        instructions(first),
        first.getOrDefault("model name", UNKNOWN),
        String.valueOf(Runtime.version().feature()),
        libtorch);
  }

  /** What keeps bits from being compared; empty where nothing does. In words, by name. */
  Map<String, String> unlike(Platform baseline) {
    Map<String, String> differing = new LinkedHashMap<>();
    note(differing, "operating system", os, baseline.os);
    note(differing, "architecture", architecture, baseline.architecture);
    note(differing, "instruction set", instructions, baseline.instructions);
    note(differing, "libtorch", libtorch, baseline.libtorch);
    return differing;
  }

  /** What seldom changes results and is known to: a difference is for people to judge then. */
  Map<String, String> alien(Platform baseline) {
    Map<String, String> differing = new LinkedHashMap<>();
    note(differing, "processor", processor, baseline.processor);
    note(differing, "Java", java, baseline.java);
    return differing;
  }

  static void note(Map<String, String> differing, String what, String here, String there) {
    if (!Objects.equals(here, there)) {
      differing.put(what, what + " " + here + " here, " + there + " in the baseline");
    }
  }

  static String instructions(Map<String, String> processor) {
    String told = processor.getOrDefault("flags", processor.getOrDefault("Features", ""));
    Set<String> flags = Set.of(told.strip().split("\\s+", -1));
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

  private static Map<String, String> firstProcessor() {
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
