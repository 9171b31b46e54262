package io.flowpp.core.device;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a training may take of the machine's memory. Loads nothing native. */
public final class FreeMemory {
  /** Bytes that this process may count on, where several share a machine. */
  public static final String VARIABLE = "FLOWPP_MEMORY_BYTES";

  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  /** The rest is for what an estimate does not know. */
  private static final double USABLE = .9;

  private FreeMemory() {}

  /**
   * Bytes of main memory: what the system says is available, where it says so, but no more than a
   * container, or {@link #VARIABLE}, allows.
   */
  public static long bytes() {
    return Math.min((long) (USABLE * Math.min(available(), total())), limit());
  }

  /** The same of the machine's, or the container's, whole memory, whoever uses it now. */
  public static long ofAll() {
    return Math.min((long) (USABLE * total()), limit());
  }

  private static long total() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  private static long limit() {
    String limit = System.getenv().getOrDefault(VARIABLE, "");
    return limit.matches("[1-9]\\d{0,17}") ? Long.parseLong(limit) : Long.MAX_VALUE;
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
