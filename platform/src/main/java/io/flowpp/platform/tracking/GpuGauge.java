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

/** What {@code nvidia-smi} says of the machine's GPUs. */
final class GpuGauge {
  private static final String PROGRAM = "nvidia-smi";
  private static final long PATIENCE_SECONDS = 5;
  private static final double MEGABYTES_PER_MIB = 1.048576;

  private final Path program;

  private GpuGauge(Path program) {
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

  Map<String, Double> read() {
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
