package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMetricsTest {
  /** As MLflow's own sampler names them. */
  private static final Set<String> NAMES =
      Set.of(
          "system/cpu_utilization_percentage",
          "system/system_memory_usage_megabytes",
          "system/system_memory_usage_percentage",
          "system/disk_usage_megabytes",
          "system/disk_usage_percentage",
          "system/disk_available_megabytes",
          "system/network_receive_megabytes",
          "system/network_transmit_megabytes");

  /** Fails while the file is there. */
  private static final String FAKE_SMI =
      """
      #!/bin/sh
      [ -e '%s' ] && exit 9
      echo '0, 87, 1000, 80000'
      """;

  @TempDir Path directory;

  @Test
  void samplesHaveTheNamesThatTheUiKnowsAndValuesThatCanBe() throws InterruptedException {
    BlockingQueue<Map<String, Double>> samples = new LinkedBlockingQueue<>();
    try (SystemMetrics metrics =
        SystemMetrics.start(
            Duration.ofMillis(600),
            Clock.systemUTC(),
            directory,
            (at, sample) -> samples.add(sample))) {
      Map<String, Double> first = samples.poll(1, TimeUnit.MINUTES);
      Map<String, Double> second = samples.poll(1, TimeUnit.MINUTES);
      assertThat(first).isNotNull().containsKeys(NAMES.toArray(new String[0]));
      assertThat(second).isNotNull();
      second.forEach(
          (name, value) -> {
            assertThat(name).satisfies(Names::checkKey);
            assertThat(value).as(name).isGreaterThanOrEqualTo(0);
            if (name.endsWith("_percentage")) {
              assertThat(value).as(name).isLessThanOrEqualTo(100);
            }
          });
    }
    samples.clear();
    assertThat(samples.poll(1500, TimeUnit.MILLISECONDS)).as("a sample after the end").isNull();
  }

  @Test
  void anIntervalOfZeroMeasuresNothing() throws InterruptedException {
    BlockingQueue<Map<String, Double>> samples = new LinkedBlockingQueue<>();
    try (SystemMetrics metrics =
        SystemMetrics.start(
            Duration.ZERO, Clock.systemUTC(), directory, (at, sample) -> samples.add(sample))) {
      metrics.sample();
      assertThat(samples.poll(1200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void momentsAreNumberedOnAlsoByTheNextProcess() throws Exception {
    for (int process = 0; process < 2; process++) {
      try (Journal journal = Journal.open(directory)) {
        journal.append(new Event.Started("r", 1, "run", null, Map.of(), Map.of()));
        TrackedRun run =
            new JournalledRun(
                "r", directory, directory, Clock.systemUTC(), journal::append, text -> text);
        run.metric("train/bpd", 3, 50);
        run.moment(Instant.EPOCH, Map.of("system/cpu_utilization_percentage", 20.));
        run.moment(
            Instant.EPOCH,
            Map.of("system/cpu_utilization_percentage", 30., "system/gauge", Double.NaN));
      }
    }
    List<Long> steps = new ArrayList<>();
    JournalReader.each(
        directory,
        0,
        event -> {
          if (event instanceof Event.Metrics metrics
              && metrics.values().containsKey("system/cpu_utilization_percentage")) {
            assertThat(metrics.values()).doesNotContainKey("system/gauge");
            steps.add(metrics.step());
          }
        });
    assertThat(steps).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void theLoadIsTheShareOfTheTicksThatWereNotIdle() {
    long[] before = {10, 0, 10, 100, 10, 0, 0, 0}; // user, nice, system, idle, waiting for a disk
    long[] now = {30, 0, 20, 150, 30, 0, 0, 0};
    assertThat(HostGauge.busy(before, now)).isEqualTo(30);
    assertThat(HostGauge.busy(now, now)).isNaN();
  }

  @Test
  void gpusAreNumberedAndWhatOneDoesNotTellIsLeftOut() {
    assertThat(GpuGauge.parse("0, 87, 1000, 80000\n1, [N/A], 500, 80000\n"))
        .containsOnly(
            entry("gpu_0_utilization_percentage", 87.),
            entry("gpu_0_memory_usage_megabytes", 1048.576),
            entry("gpu_0_memory_usage_percentage", 1.25),
            entry("gpu_1_memory_usage_megabytes", 524.288),
            entry("gpu_1_memory_usage_percentage", 0.625));
  }

  @Test
  void gpusAreMeasuredAgainAfterFailuresUntilThereWereFiveInARow() throws IOException {
    Path ill = directory.resolve("ill");
    Path smi = Files.writeString(directory.resolve("nvidia-smi"), FAKE_SMI.formatted(ill));
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    GpuGauge gauge = new GpuGauge(smi);
    assertThat(gauge.read()).containsEntry("gpu_0_utilization_percentage", 87.);
    Files.createFile(ill);
    for (int failure = 1; failure <= 4; failure++) {
      assertThat(gauge.read()).isEmpty();
    }
    Files.delete(ill);
    assertThat(gauge.read()).as("after four failures").isNotEmpty();
    Files.createFile(ill);
    for (int failure = 1; failure <= 5; failure++) {
      assertThat(gauge.read()).isEmpty();
    }
    Files.delete(ill);
    assertThat(gauge.read()).as("after five failures").isEmpty();
  }
}
