package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A sweep's file and its ledger changed together, or neither. */
record SweepFileEdit(Path file) {
  List<String> add(Map<String, List<String>> values, SweepState sweep, Ledger ledger) {
    try {
      String before = Files.readString(file);
      refuseChanges(sweep);
      replace(new SweepAdditions(file.toString(), before).with(values));
      try {
        SweepSpec now = SweepFiles.load(file, SweepDefaults.of(sweep.spec()));
        List<String> changes = SweepChanges.between(sweep.spec(), now);
        if (changes.isEmpty()) {
          throw new UserFault(
              ExitCode.USAGE, "nothing-new", "has all these already", file.toString(), null);
        }
        refuseLosses(sweep.spec(), now);
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

  /** An addition must not bring along what somebody changed for another purpose. */
  private void refuseChanges(SweepState sweep) {
    SweepSpec asItIs = SweepFiles.load(file, SweepDefaults.of(sweep.spec()));
    List<String> changes = SweepChanges.between(sweep.spec(), asItIs);
    if (!changes.isEmpty()) {
      throw new UserFault(
          ExitCode.USAGE,
          "sweep-changed",
          "is not the sweep '"
              + sweep.spec().name()
              + "' that was begun: "
              + String.join("; ", changes),
          file.toString(),
          "take the change back, or accept it first: flowpp sweep resume "
              + file
              + " --accept-changes");
    }
  }

  /** Draws of a random search are other ones where there is more to draw from. */
  private void refuseLosses(SweepSpec old, SweepSpec now) {
    Set<TrialSpec> kept = new HashSet<>(now.trials());
    long lost = old.trials().stream().filter(trial -> !kept.contains(trial)).count();
    if (lost > 0) {
      throw new UserFault(
          ExitCode.USAGE,
          "not-only-new",
          "with these " + lost + " of its " + old.trials().size() + " trials would be others",
          file.toString(),
          "begin a sweep of another name with them");
    }
  }

  private void replace(String text) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
