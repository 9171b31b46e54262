package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a process from one that gets its number later: by when it began. On Linux in ticks since
 * the boot that has a name of its own, since the time of day may be set meanwhile.
 */
final class ProcessIdentity {
  private static final Path PROC = Path.of("/proc");
  private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");
  private static final int STATE = 0; // counted from the field after the name
  private static final int GROUP = 2;
  private static final int BEGAN = 19;

  private ProcessIdentity() {}

  /** Empty where no such process lives. */
  static Optional<String> of(long pid) {
    if (Files.isReadable(BOOT)) {
      return stat(pid)
          .filter(fields -> !fields[STATE].equals("Z"))
          .map(fields -> boot() + "/" + fields[BEGAN]);
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(handle -> handle.info().startInstant().map(Object::toString).orElse("unknown"));
  }

  /** Whether what had this identity can still live as far as the machine's boot tells. */
  static boolean isOfThisBoot(String identity) {
    return !Files.isReadable(BOOT) || identity.startsWith(boot() + "/");
  }

  /** The group that a process belongs to; empty where that cannot be told. */
  static Optional<Long> group(long pid) {
    return stat(pid).map(fields -> Long.parseLong(fields[GROUP]));
  }

  /** Where a process works; empty where that cannot be told. */
  static Optional<Path> folder(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/cwd")));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static Optional<String[]> stat(long pid) {
    try {
      String line = Files.readString(PROC.resolve(pid + "/stat"), ISO_8859_1);
      // the name, in brackets, may hold blanks and brackets
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return fields.length > BEGAN ? Optional.of(fields) : Optional.empty();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static String boot() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
