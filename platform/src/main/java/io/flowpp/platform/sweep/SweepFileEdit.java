package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** A sweep's file and its ledger changed together, or neither. */
record SweepFileEdit(Path file) {
  List<String> add(Map<String, List<String>> values, SweepState sweep, Ledger ledger) {
    try {
      String before = Files.readString(file);
      replace(new SweepAdditions(file.toString(), before).with(values));
      try {
        SweepSpec now = SweepFiles.load(file, SweepDefaults.of(sweep.spec()));
        List<String> changes = SweepChanges.between(sweep.spec(), now);
        if (changes.isEmpty()) {
          throw new UserFault(
              ExitCode.USAGE, "nothing-new", "has all these already", file.toString(), null);
        }
        ledger.change(sweep.spec().name(), now);
        return changes;
      } catch (RuntimeException refused) {
        replace(before);
        throw refused;
      }
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "unwritable-file",
          "cannot be changed: " + e.getMessage(),
          file.toString(),
          "make it and its folder writable",
          e);
    }
  }

  private void replace(String text) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
