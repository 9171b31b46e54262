package io.flowpp.platform.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether the workspace can be written, and how much fits into it. */
final class DiskExamination implements Examination {
  private static final String NAME = "disk";
  private static final long TIGHT = 2L << 30; // the tracking server's packages and a small training

  private final Path workspace;

  DiskExamination(Surroundings surroundings) {
    this.workspace = surroundings.workspace();
  }

  @Override
  public Finding look() {
    Path there = workspace;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      if (!Files.isDirectory(there)) {
        return Finding.bad(
            NAME, there + " is a file", "name a folder in FLOWPP_WORKSPACE, or move the file away");
      }
      Path probe = Files.createTempFile(there, ".doctor", ".tmp");
      Files.writeString(probe, "x");
      Files.delete(probe);
      long free = Files.getFileStore(there).getUsableSpace();
      String detail = String.format(Locale.ROOT, "%.1f GB free for %s", free / 1e9, workspace);
      return free < TIGHT
          ? Finding.bad(
              NAME,
              detail,
              "make room, or name another disk in FLOWPP_WORKSPACE: 2 GB are little for checkpoints"
                  + " and the tracking server")
          : Finding.good(NAME, detail);
    } catch (IOException e) {
      return Finding.bad(
          NAME,
          "nothing can be written to " + there + " (" + e.getClass().getSimpleName() + ")",
          "make it writable, or name another folder in FLOWPP_WORKSPACE");
    }
  }
}
