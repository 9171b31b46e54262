package io.flowpp.platform.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads back what runs have journalled. */
final class Journals {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Journals() {}

  /** Every step at which {@code metric} was journalled for {@code stage}, in that order. */
  static List<Integer> steps(Path journals, String metric, String stage) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(journals)) {
      files = found.filter(f -> f.getFileName().toString().equals("journal.jsonl")).toList();
    }
    List<Integer> steps = new ArrayList<>();
    for (Path file : files) {
      for (String line : Files.readAllLines(file)) {
        JsonNode event = JSON.readTree(line).path("is");
        if (event.path("run").asText().endsWith("/" + stage) && event.findValue(metric) != null) {
          steps.add(event.path("step").asInt());
        }
      }
    }
    return steps;
  }
}
