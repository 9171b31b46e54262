package io.flowpp.platform.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** GPUs of the machine; none is needed. */
final class GpuExamination implements Examination {
  private static final String NAME = "gpu";
  private static final int PATIENCE_SECONDS = 10;

  private final Surroundings surroundings;

  GpuExamination(Surroundings surroundings) {
    this.surroundings = surroundings;
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

  private static String names() {
    try {
      Process smi =
          new ProcessBuilder(
                  List.of("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(smi.getInputStream().readAllBytes(), UTF_8);
      if (smi.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && smi.exitValue() == 0) {
        return String.join("; ", said.strip().lines().toList());
      }
      smi.destroy();
    } catch (IOException e) {
      return "an NVIDIA GPU (nvidia-smi is not on PATH)";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "an NVIDIA GPU (nvidia-smi fails)";
  }
}
