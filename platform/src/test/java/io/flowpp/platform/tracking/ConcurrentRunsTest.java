package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.tracking.FaultyProxy.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight runs at once in a process of little memory, whose server is away until they have journalled
 * everything: nothing is lost, and what waits takes room on the disk alone.
 */
class ConcurrentRunsTest {
  private static final int RUNS = 8;
  private static final int CURVES = 20;
  private static final int MOST_BYTES_A_VALUE = 64;
  private static final String HEAP = "-Xmx64m";
  private static final int MOST_MINUTES = 10;

  @TempDir Path temporary;

  @Tag("slow")
  @Test
  void twoHundredSteps() throws Exception {
    arrive(200);
  }

  @Tag("storm")
  @Test
  void twoThousandSteps() throws Exception {
    arrive(2000);
  }

  private void arrive(int steps) throws Exception {
    Path journals = temporary.resolve("journals");
    try (MlflowProcess server = MlflowProcess.start(temporary.resolve("server"));
        FaultyProxy proxy = FaultyProxy.before(server.uri())) {
      proxy.set(Fault.SILENCE);
      Process runs =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  HEAP,
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ConcurrentRunsChild.class.getName(),
                  proxy.uri().toString(),
                  journals.toString(),
                  String.valueOf(RUNS),
                  String.valueOf(steps),
                  String.valueOf(CURVES))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      List<String> told;
      try {
        BufferedReader said = runs.inputReader(UTF_8);
        assertThat(within(() -> String.valueOf(said.readLine()))).isEqualTo("journalled");
        proxy.set(Fault.NONE);
        told = within(() -> said.lines().toList());
        assertThat(runs.waitFor(MOST_MINUTES, TimeUnit.MINUTES)).isTrue();
      } finally {
        runs.destroyForcibly();
      }
      assertThat(runs.exitValue()).isZero();
      Arrival arrival = Arrival.whole(journals, server.uri(), "concurrent");
      assertThat(arrival.runs()).isEqualTo(RUNS);
      assertThat(arrival.values()).isEqualTo(RUNS * steps * CURVES);
      long bytes = bytes(journals);
      assertThat(bytes).isLessThan((long) MOST_BYTES_A_VALUE * arrival.values());
      System.out.printf(
          "%d runs of %d steps and %d curves with %s: %s; %.1f bytes of journal a value%n",
          RUNS, steps, CURVES, HEAP, told, (double) bytes / arrival.values());
    }
  }

  /** A child that hangs says nothing and ends nothing. */
  private static <T> T within(Callable<T> reading) throws Exception {
    FutureTask<T> task = new FutureTask<>(reading);
    Thread reader = new Thread(task, "reader");
    reader.setDaemon(true);
    reader.start();
    return task.get(MOST_MINUTES, TimeUnit.MINUTES);
  }

  private static long bytes(Path journals) throws IOException {
    try (Stream<Path> files = Files.walk(journals)) {
      long bytes = 0;
      for (Path file : files.filter(f -> f.endsWith(Journal.FILE)).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
