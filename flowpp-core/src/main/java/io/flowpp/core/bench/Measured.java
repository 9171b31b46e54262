package io.flowpp.core.bench;

import io.flowpp.core.spec.FlopCount;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One measurement.
 *
 * @param images of each repeat
 * @param flops of each repeat
 * @param peakBytes the most that the process held until the last repeat ended, before the machine's
 *     own speed was measured; empty where the system does not tell
 * @param heapBytes of it, the most that Java's heap took from the system
 * @param calls seconds in each kernel, all threads added up, of all repeats that count; empty where
 *     it was not asked for
 */
public record Measured(
    Times times,
    int images,
    FlopCount flops,
    OptionalLong peakBytes,
    long heapBytes,
    Map<String, Double> calls,
    MachineSpeed machine) {
  public Measured {
    calls = Map.copyOf(calls);
  }

  public double imagesPerSecond() {
    return images / times.median();
  }

  /** 10^9 operations a second. */
  public double gigaflops() {
    return flops.total() / times.median() / 1e9;
  }
}
