package io.flowpp.platform.tracking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/** What the operating system says of processor, memory, disk and network. */
final class HostGauge {
  private static final double MEGA = 1e6;

  private final CentralProcessor processor;
  private final GlobalMemory memory;
  private final List<NetworkIF> networks;
  private final long receivedBefore;
  private final long sentBefore;
  private long[] ticks;

  HostGauge() {
    HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
    processor = hardware.getProcessor();
    memory = hardware.getMemory();
    networks = hardware.getNetworkIFs();
    ticks = processor.getSystemCpuLoadTicks();
    receivedBefore = received();
    sentBefore = sent();
  }

  /**
   * @param disk a directory on the file system to watch
   */
  Map<String, Double> read(Path disk) {
    Map<String, Double> values = new TreeMap<>();
    long[] before = ticks;
    ticks = processor.getSystemCpuLoadTicks();
    values.put("cpu_utilization_percentage", busy(before, ticks));
    double total = memory.getTotal();
    double used = total - memory.getAvailable();
    values.put("system_memory_usage_megabytes", used / MEGA);
    values.put("system_memory_usage_percentage", 100 * used / total);
    disk(disk, values);
    networks.forEach(NetworkIF::updateAttributes);
    values.put("network_receive_megabytes", (received() - receivedBefore) / MEGA);
    values.put("network_transmit_megabytes", (sent() - sentBefore) / MEGA);
    return values;
  }

  /** NaN where no time has passed. */
  static double busy(long[] before, long[] now) {
    long all = 0;
    for (int i = 0; i < now.length; i++) {
      all += now[i] - before[i];
    }
    long idle =
        since(before, now, CentralProcessor.TickType.IDLE)
            + since(before, now, CentralProcessor.TickType.IOWAIT);
    return all <= 0 ? Double.NaN : 100. * (all - idle) / all;
  }

  private static long since(long[] before, long[] now, CentralProcessor.TickType type) {
    return now[type.getIndex()] - before[type.getIndex()];
  }

  private static void disk(Path directory, Map<String, Double> values) {
    try {
      FileStore store = Files.getFileStore(directory);
      double total = store.getTotalSpace();
      double free = store.getUsableSpace();
      values.put("disk_usage_megabytes", (total - free) / MEGA);
      values.put("disk_usage_percentage", total == 0 ? Double.NaN : 100 * (total - free) / total);
      values.put("disk_available_megabytes", free / MEGA);
    } catch (IOException e) {
      throw new UncheckedIOException("the disk of " + directory + " cannot be asked", e);
    }
  }

  private long received() {
    return networks.stream().mapToLong(NetworkIF::getBytesRecv).sum();
  }

  private long sent() {
    return networks.stream().mapToLong(NetworkIF::getBytesSent).sum();
  }
}
