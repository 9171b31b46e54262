package io.flowpp.core.device;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a training may take of the machine's memory. Loads nothing native. */
public final class FreeMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  /** The rest is for what an estimate does not know. */
  private static final double USABLE = .9;

  private FreeMemory() {}

  /**
   * Bytes of main memory: what the system says is available, where it says so, but no more than a
   * container allows.
   */
  public static long bytes() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return (long) (USABLE * Math.min(available(), system.getTotalMemorySize()));
  }

  private static long available() {
    if (!Files.isReadable(MEMINFO)) {
      return Long.MAX_VALUE;
    }
    try {
      return Files.readAllLines(MEMINFO).stream()
          .filter(line -> line.startsWith(AVAILABLE))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException e) {
      throw new UncheckedIOException(MEMINFO.toString(), e);
    }
  }
}
