package io.flowpp.platform.sweep;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What every worker of a sweep is told by whoever starts it.
 *
 * @param ledger its address, without a password: that comes from the worker's own environment
 * @param leaseMillis how long a worker that gives no sign keeps its trial
 * @param ifFailed what a trial's failure does to those that are not begun
 * @param failedBefore trials that had failed when the driver began: only others count
 * @param driver tells assignments of one sweep apart
 * @param environment of the trials' processes where it changes what they compute or where they
 *     report to: the same on every machine
 */
record SlotAssignment(
    String sweep,
    String ledger,
    long leaseMillis,
    SweepRequest.IfFailed ifFailed,
    List<String> failedBefore,
    String driver,
    Map<String, String> environment) {

  /** The variables of {@code ours} that a trial must see as we do; none of them is secret. */
  static Map<String, String> environment(Map<String, String> ours) {
    Map<String, String> theirs = new TreeMap<>();
    Stream.of(
            "DJL_OFFLINE",
            "OPT_OUT_TRACKING",
            "GLIBC_TUNABLES",
            "NVIDIA_TF32_OVERRIDE",
            "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
            "MLFLOW_TRACKING_URI",
            "FLOWPP_OFFLINE")
        .filter(ours::containsKey)
        .forEach(name -> theirs.put(name, Objects.requireNonNull(ours.get(name))));
    return theirs;
  }
}
