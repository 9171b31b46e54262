package io.flowpp.platform.regression;

import io.flowpp.platform.execution.Processor;
import io.flowpp.platform.stage.StageJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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
  /**
   * @param libtorch version and flavour
   */
  static Platform here(String libtorch) {
    Processor processor = Processor.here();
    return new Platform(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        processor.instructions(),
        processor.name(),
        String.valueOf(Runtime.version().feature()),
        libtorch);
  }

  /** A word for machines of this kind, whatever their software: part of a file's name. */
  String kind() {
    List<String> hardware = List.of(os, architecture, instructions, processor);
    String words = String.join("-", hardware.subList(0, 3)).toLowerCase(Locale.ROOT);
    return words.replaceAll("[^a-z0-9]+", "-")
        + "-"
        + StageJson.digest(StageJson.tree(hardware)).substring(0, 8);
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
}
