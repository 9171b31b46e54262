package io.flowpp.core.train;

import io.flowpp.core.train.Trainings.Heard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A training that says how much memory of its process is resident, 300 steps apart. */
final class ResidentMemory {
  static final Path STATUS = Path.of("/proc/self/status");
  private static final int FIRST = 300; // by then Java has compiled what it will
  private static final int SECOND = FIRST + 300;

  private ResidentMemory() {}

  public static void main(String[] arguments) {
    Heard telling =
        new Heard() {
          @Override
          public void step(Step step) {
            if (step.step() == FIRST || step.step() == SECOND) {
              System.out.println("resident at step " + step.step() + ": " + bytes());
            }
          }
        };
    Path directory = Path.of(arguments[0]).resolve("memory");
    Trainings.run(Trainings.request(directory, LongTrainingTest.training(SECOND + 1), 2), telling);
  }

  private static long bytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
