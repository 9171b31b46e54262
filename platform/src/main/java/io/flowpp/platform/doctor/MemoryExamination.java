package io.flowpp.platform.doctor;

import io.flowpp.core.device.FreeMemory;
import java.util.Locale;

/** Main memory that a training could take now. */
final class MemoryExamination implements Examination {
  private static final String NAME = "memory";
  private static final long NEEDED = 1L << 30; // the quickstart, with the JVM and libtorch

  @Override
  public Finding look() {
    long free = FreeMemory.bytes();
    String detail = String.format(Locale.ROOT, "%.1f GB free", free / 1e9);
    return free < NEEDED
        ? Finding.lacking(NAME, detail, "end other programs: the smallest experiments need 1 GB")
        : Finding.good(NAME, detail);
  }
}
