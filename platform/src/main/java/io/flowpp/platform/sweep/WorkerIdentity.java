package io.flowpp.platform.sweep;

import io.flowpp.platform.workspace.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Workers by host and process, so that a process of the same host can tell that one is dead before
 * its lease expires.
 */
final class WorkerIdentity {
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  /** Drawn anew whenever a machine starts. */
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private static final int BOOT_DIGITS = 8;
  private static final Pattern ID = Pattern.compile(".*/(\\d+)@(\\d+)/\\d+");

  /** Starts of processes are told to a hundredth of a second, from a clock that may be set. */
  private static final long TOLERANCE_MILLIS = 2_000;

  private WorkerIdentity() {}

  /** A worker of this process. */
  static Worker here(long number) {
    String host = host();
    ProcessHandle self = ProcessHandle.current();
    return new Worker(host + "/" + self.pid() + "@" + start(self) + "/" + number, host);
  }

  /**
   * This machine since it was started, and the part of it in which process numbers mean the same.
   * Machines of a cluster may well have one name, and all have the same first part.
   */
  static String host() {
    String name = Host.name() + boot();
    try {
      return name + "/" + Files.readSymbolicLink(NAMESPACE);
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return name;
    }
  }

  private static String boot() {
    try {
      return "/" + Files.readString(BOOT).strip().substring(0, BOOT_DIGITS);
    } catch (IOException | IndexOutOfBoundsException elsewhere) {
      return "";
    }
  }

  /** Whether the process of a worker of this host is gone. */
  static boolean isDead(String worker) {
    Matcher id = ID.matcher(worker);
    return id.matches()
        && process(Long.parseLong(id.group(1)), Long.parseLong(id.group(2))).isEmpty();
  }

  /** The process of that number where it is the one that began then. */
  static Optional<ProcessHandle> process(long pid, long startMillis) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> Math.abs(start(process) - startMillis) <= TOLERANCE_MILLIS);
  }

  static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
