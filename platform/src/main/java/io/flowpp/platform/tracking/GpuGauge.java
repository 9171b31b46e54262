package io.flowpp.platform.tracking;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code nvidia-smi} says of the machine's GPUs. */
final class GpuGauge {
  private static final String PROGRAM = "nvidia-smi";
  private static final long PATIENCE_SECONDS = 5;
  private static final double MEGABYTES_PER_MIB = 1.048576;

  /** A driver that is busy or reset fails now and then; one that always fails costs time. */
  private static final int MOST_FAILURES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(GpuGauge.class);

  private final Path program;
  private int failures; // in a row

  GpuGauge(Path program) {
    this.program = program;
  }

  /** Empty where the program is not on the PATH. */
  static Optional<GpuGauge> find() {
    String path = System.getenv("PATH");
    return Stream.of(path == null ? new String[0] : path.split(java.io.File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst()
        .map(GpuGauge::new);
  }

  /** Nothing where it fails, and from its fifth failure in a row on. */
  Map<String, Double> read() {
    if (failures >= MOST_FAILURES) {
      return Map.of();
    }
    try {
      Map<String, Double> values = ask();
      failures = 0;
      return values;
    } catch (IllegalStateException e) {
      failures++;
      if (failures == MOST_FAILURES) {
        LOG.warn("the GPUs are not measured any more: {}", e.getMessage());
      } else {
        LOG.info("the GPUs are not measured just now: {}", e.getMessage());
      }
      return Map.of();
    }
  }

  private Map<String, Double> ask() {
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      program.toString(),
                      "--query-gpu=index,utilization.gpu,memory.used,memory.total",
                      "--format=csv,noheader,nounits"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            program + " has not answered within " + PATIENCE_SECONDS + " s");
      }
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            program + " ended with exit code " + process.exitValue() + ": " + answer.strip());
      }
      return parse(answer);
    } catch (IOException e) {
      throw new IllegalStateException(program + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of();
    }
  }

  /** Lines of index, utilisation in percent, used and total MiB; a value may be {@code [N/A]}. */
  static Map<String, Double> parse(String answer) {
    Map<String, Double> values = new TreeMap<>();
    for (String line : answer.lines().toList()) {
      String[] field = line.split(",", -1);
      if (field.length != 4) {
        throw new IllegalStateException(PROGRAM + " answers '" + line + "', not four fields");
      }
      String gpu = "gpu_" + field[0].strip() + "_";
      double used = number(field[2]);
      values.put(gpu + "utilization_percentage", number(field[1]));
      values.put(gpu + "memory_usage_megabytes", used * MEGABYTES_PER_MIB);
      values.put(gpu + "memory_usage_percentage", 100 * used / number(field[3]));
    }
    values.values().removeIf(value -> value.isNaN());
    return values;
  }

  private static double number(String field) {
    String text = field.strip();
    return text.matches("[0-9.]+") ? Double.parseDouble(text) : Double.NaN;
  }
}
