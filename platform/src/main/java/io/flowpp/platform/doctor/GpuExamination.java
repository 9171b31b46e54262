package io.flowpp.platform.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** GPUs of the machine; none is needed. */
final class GpuExamination implements Examination {
  private static final String NAME = "gpu";
  private static final String PROGRAM = "nvidia-smi";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Surroundings surroundings;
  private final Duration patience;

  GpuExamination(Surroundings surroundings) {
    this(surroundings, PATIENCE);
  }

  GpuExamination(Surroundings surroundings, Duration patience) {
    this.surroundings = surroundings;
    this.patience = patience;
  }

  @Override
  public Finding look() {
    boolean asked = "cuda".equals(surroundings.variable("FLOWPP_NATIVE"));
    if (!Files.exists(surroundings.deviceNodes().resolve("nvidia0"))) {
      return asked
          ? Finding.lacking(
              NAME,
              "FLOWPP_NATIVE=cuda asks for NVIDIA GPUs, and this machine shows none",
              "install NVIDIA's driver, give the container its GPUs, or unset FLOWPP_NATIVE")
          : Finding.good(NAME, "none; the CPU computes");
    }
    String names = names();
    return asked
        ? Finding.good(NAME, names)
        : Finding.hint(
            NAME,
            names + ", unused: libtorch is the one for CPUs",
            "start with FLOWPP_NATIVE=cuda");
  }

  private String names() {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      return "an NVIDIA GPU (nvidia-smi is not on PATH)";
    }
    try {
      Process smi =
          new ProcessBuilder(
                  List.of(
                      program.get().toString(),
                      "--query-gpu=name,memory.total",
                      "--format=csv,noheader"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      // Its end comes first: reading has no time-out, and what it says fits into the pipe.
      if (!smi.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        smi.destroyForcibly();
        return "an NVIDIA GPU (nvidia-smi does not answer: the driver may hang)";
      }
      if (smi.exitValue() == 0) {
        String said = new String(smi.getInputStream().readAllBytes(), UTF_8);
        return String.join("; ", said.strip().lines().toList());
      }
    } catch (IOException e) {
      return "an NVIDIA GPU (nvidia-smi cannot be started: " + e.getMessage() + ")";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "an NVIDIA GPU (nvidia-smi fails)";
  }

  private Optional<Path> program() {
    return Stream.of(surroundings.variable("PATH").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
