package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person may ask of a sweep without working on it. */
public final class SweepControl {
  private final LedgerSource ledgers;
  private final Workspace workspace;

  @Inject
  SweepControl(LedgerSource ledgers, Workspace workspace) {
    this.ledgers = ledgers;
    this.workspace = workspace;
  }

  /**
   * What a file says; where its sweep exists already, with what that sweep does not leave to the
   * machine.
   */
  public SweepSpec load(Path file) {
    SweepSpec spec = SweepFiles.load(file, SweepDefaults.ofThisMachine());
    if (!ledgers.isThere()) {
      return spec;
    }
    try (Ledger ledger = ledgers.open()) {
      return ledger
          .sweep(spec.name())
          .map(known -> SweepFiles.load(file, SweepDefaults.of(known.spec())))
          .orElse(spec);
    }
  }

  /** What a sweep has come to so far; empty where it was never begun. */
  public Optional<SweepResult> known(String name) {
    if (!ledgers.isThere()) {
      return Optional.empty();
    }
    try (Ledger ledger = ledgers.open()) {
      return ledger.sweep(name).map(sweep -> SweepResult.of(sweep, ledger.trials(name), null));
    }
  }

  /** All sweeps, the newest first. */
  public List<SweepResult> all() {
    try (Ledger ledger = ledgers.open()) {
      return ledger.sweeps().stream()
          .map(sweep -> SweepResult.of(sweep, ledger.trials(sweep.spec().name()), null))
          .toList();
    }
  }

  /**
   * @throws UserFault where there is no such sweep; so do the others
   */
  public Standing status(String name) {
    try (Ledger ledger = ledgers.open()) {
      return standing(ledger, name);
    }
  }

  /** Has its workers leave checkpoints and pause. */
  public Standing stop(String name) {
    try (Ledger ledger = ledgers.open()) {
      SweepDesk.require(ledger, name);
      ledger.stop(name);
      return standing(ledger, name);
    }
  }

  /** Failed trials may be tried anew; answers how many there are. */
  public int retryFailed(String name) {
    try (Ledger ledger = ledgers.open()) {
      SweepDesk.require(ledger, name);
      return ledger.retryFailed(name);
    }
  }

  /**
   * Adds values to the lists of a sweep's file, and the trials that they make to the sweep.
   *
   * @param values by key, {@code seeds} among them
   * @return what is new, in words
   */
  public List<String> add(String name, Map<String, List<String>> values) {
    try (Ledger ledger = ledgers.open()) {
      SweepState sweep = SweepDesk.require(ledger, name);
      Path file = Path.of(sweep.file());
      if (!Files.isRegularFile(file)) {
        throw new UserFault(
            ExitCode.USAGE,
            "no-sweep-file",
            "no such file from here, and the sweep '" + name + "' was begun with it",
            sweep.file(),
            "go to the folder in which it was begun");
      }
      return new SweepFileEdit(file).add(values, sweep, ledger);
    }
  }

  /** Forgets the sweep and its folder; runs, stages and what is tracked stay. */
  public void remove(String name) {
    try (Ledger ledger = ledgers.open()) {
      SweepDesk.require(ledger, name);
      ledger.remove(name);
      workspace.delete(SweepPlaces.of(workspace.root(), name).root());
    }
  }

  private static Standing standing(Ledger ledger, String name) {
    SweepState sweep = SweepDesk.require(ledger, name);
    return new Standing(sweep, ledger.trials(name));
  }

  /** A sweep and its trials as of one moment. */
  public record Standing(SweepState sweep, List<TrialState> trials) {
    public Standing {
      trials = List.copyOf(trials);
    }
  }
}
