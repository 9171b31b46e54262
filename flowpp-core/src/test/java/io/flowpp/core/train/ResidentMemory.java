package io.flowpp.core.train;

import io.flowpp.core.train.Trainings.Heard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A training that says how much memory of its process is resident, 300 steps apart. Each of the two
 * figures is the least of 100 steps: Java's compiler takes some 20 MB while it works and gives them
 * back; what leaks stays.
 */
final class ResidentMemory {
  static final Path STATUS = Path.of("/proc/self/status");
  private static final int FIRST = 900; // by then Java has compiled what it will
  private static final int SECOND = FIRST + 300;
  private static final int STEPS = 100;

  private ResidentMemory() {}

  public static void main(String[] arguments) {
    Heard telling =
        new Heard() {
          private long least = Long.MAX_VALUE;

          @Override
          public void step(Step step) {
            for (int end : new int[] {FIRST, SECOND}) {
              if (step.step() > end - STEPS && step.step() <= end) {
                least = Math.min(least, bytes());
              }
              if (step.step() == end) {
                System.out.println("resident until step " + end + ": " + least);
                least = Long.MAX_VALUE;
              }
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
