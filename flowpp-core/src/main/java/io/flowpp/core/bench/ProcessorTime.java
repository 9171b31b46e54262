package io.flowpp.core.bench;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Platform;
import java.lang.management.ManagementFactory;

/** Seconds that all threads of this process have computed for, whatever else the machine did. */
final class ProcessorTime {
  private static final int PROCESS_CLOCK = 2; // CLOCK_PROCESS_CPUTIME_ID of Linux

  private ProcessorTime() {}

  static double seconds() {
    // Java's own answer counts in ticks of 10 ms there, which is a whole step of a small model
    return Platform.isLinux() ? linux() : java();
  }

  private static double linux() {
    try (Memory time = new Memory(16)) { // struct timespec: two longs on 64 bits
      int failed =
          Function.getFunction("c", "clock_gettime").invokeInt(new Object[] {PROCESS_CLOCK, time});
      if (failed != 0) {
        throw new IllegalStateException("no clock of the process: " + failed);
      }
      return time.getLong(0) + 1e-9 * time.getLong(8);
    }
  }

  private static double java() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return 1e-9 * system.getProcessCpuTime();
  }
}
