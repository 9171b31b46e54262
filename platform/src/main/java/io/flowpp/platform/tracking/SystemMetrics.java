package io.flowpp.platform.tracking;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the machine every so often, on a thread of its own, under the names that MLflow's page
 * of system metrics knows. What cannot be measured is told once, and left out.
 */
public final class SystemMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemMetrics.class);
  private static final String PREFIX = "system/";

  /** The load is a mean over the time since the last sample: less than this says nothing. */
  private static final long SHORTEST_NANOS = 500_000_000L;

  private final BiConsumer<Instant, Map<String, Double>> sink;
  private final Clock clock;
  private final Path disk;
  private final ScheduledExecutorService thread;
  // Guarded by this.
  private @Nullable HostGauge host;
  private @Nullable GpuGauge gpus;
  private boolean broken;
  private long last;

  private SystemMetrics(Clock clock, Path disk, BiConsumer<Instant, Map<String, Double>> sink) {
    this.clock = clock;
    this.disk = disk;
    this.sink = sink;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread worker = new Thread(task, "system-metrics");
              worker.setDaemon(true);
              return worker;
            });
  }

  /**
   * @param every how long between two samples; zero for none at all
   * @param disk a directory on the file system to watch
   * @param sink takes a sample, on any thread
   */
  public static SystemMetrics start(
      Duration every, Clock clock, Path disk, BiConsumer<Instant, Map<String, Double>> sink) {
    SystemMetrics metrics = new SystemMetrics(clock, disk, sink);
    if (every.isZero()) {
      metrics.broken = true;
      return metrics;
    }
    metrics.thread.execute(metrics::open);
    // A first sample soon, so that the runs of a short stage have one.
    long first = Math.min(1000, every.toMillis());
    var unused =
        metrics.thread.scheduleAtFixedRate(
            metrics::sample, first, every.toMillis(), TimeUnit.MILLISECONDS);
    return metrics;
  }

  /** Whether a metric of that name is one of ours. */
  static boolean isOne(String metric) {
    return metric.startsWith(PREFIX);
  }

  /** A sample out of turn, for what is about to end; nothing where one was taken just now. */
  public synchronized void sample() {
    if (broken || host == null || System.nanoTime() - last < SHORTEST_NANOS) {
      return;
    }
    Map<String, Double> sample = new TreeMap<>();
    try {
      host.read(disk).forEach((name, value) -> sample.put(PREFIX + name, value));
      gpus().forEach((name, value) -> sample.put(PREFIX + name, value));
      last = System.nanoTime();
      sink.accept(clock.instant(), sample);
    } catch (RuntimeException | LinkageError e) {
      giveUp(e);
    }
  }

  private Map<String, Double> gpus() {
    return gpus == null ? Map.of() : gpus.read();
  }

  private synchronized void open() {
    try {
      host = new HostGauge();
      gpus = GpuGauge.find().orElse(null);
      last = System.nanoTime();
    } catch (RuntimeException | LinkageError e) { // a platform that the library does not know
      giveUp(e);
    }
  }

  private void giveUp(Throwable because) {
    broken = true;
    LOG.warn("system metrics end here: {}", because.toString(), because);
  }

  @Override
  public void close() {
    thread.shutdown();
    synchronized (this) { // waits for a sample that is being written
      broken = true;
    }
  }
}
