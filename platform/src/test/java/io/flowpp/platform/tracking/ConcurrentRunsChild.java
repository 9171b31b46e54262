package io.flowpp.platform.tracking;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A process with several runs at once. */
final class ConcurrentRunsChild {
  private static final Duration PATIENCE = Duration.ofMinutes(9);

  private ConcurrentRunsChild() {}

  /** {@code URI JOURNALS RUNS STEPS CURVES} */
  public static void main(String[] arguments) throws Exception {
    Path journals = Path.of(arguments[1]);
    int runs = Integer.parseInt(arguments[2]);
    int steps = Integer.parseInt(arguments[3]);
    int curves = Integer.parseInt(arguments[4]);
    TrackerFactory factory =
        new DefaultTrackerFactory(
            new TrackingEnvironment(Map.of("MLFLOW_TRACKING_URI", arguments[0])),
            ManagedServer.of(journals.resolveSibling("workspace"), Map.of()),
            Clock.systemUTC());
    long begin = System.nanoTime();
    List<Tracker> trackers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      String name = "run-" + run;
      Tracker tracker = factory.open("concurrent", journals.resolve(name));
      trackers.add(tracker);
      Thread thread = new Thread(() -> log(tracker, name, steps, curves));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double journalled = (System.nanoTime() - begin) / 1e9;
    System.out.println("journalled");
    boolean whole = true;
    long sending = System.nanoTime();
    for (Tracker tracker : trackers) {
      while (tracker.state() == TrackingState.PENDING
          && System.nanoTime() - sending < PATIENCE.toNanos()) {
        tracker.flush(Duration.ofSeconds(5));
      }
      whole &= tracker.state() == TrackingState.SYNCED;
      tracker.close();
    }
    System.gc();
    System.out.printf(
        "journalled in %.1f s (%.0f us a step of a run on its thread), sent in %.1f s, heap in the end %d MiB%n",
        journalled,
        journalled * 1e6 / steps,
        (System.nanoTime() - sending) / 1e9,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
    System.exit(whole ? 0 : 1);
  }

  private static void log(Tracker tracker, String name, int steps, int curves) {
    TrackedRun run = tracker.start(new RunStart(name, name, null, Map.of("a", "1"), Map.of()));
    for (int step = 1; step <= steps; step++) {
      Map<String, Double> values = new TreeMap<>();
      for (int curve = 0; curve < curves; curve++) {
        values.put("train/curve_" + curve, Math.sin(step + curve));
      }
      run.metrics(values, step);
    }
    run.end(RunStatus.FINISHED);
  }
}
