package io.flowpp.platform.sweep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One {@code flowpp sweep run} or {@code resume}.
 *
 * @param spec what the file says now; null to go on with what the ledger has
 * @param file as the user named it; the sweep's name where there is no spec
 * @param runner of the worker slots
 * @param ifFailed what a trial's failure does to those that are not begun
 * @param ifChanged what a file does that is not the one of the ledger any more
 * @param lease how long a worker that gives no sign keeps its trial
 * @param command the line that goes on with it
 */
public record SweepRequest(
    String name,
    @Nullable SweepSpec spec,
    String file,
    String runner,
    IfFailed ifFailed,
    IfChanged ifChanged,
    Duration lease,
    String command) {
  /** After the first failed trial. */
  public enum IfFailed {
    GO_ON,
    BEGIN_NO_MORE
  }

  /** Where the file and the ledger differ. */
  public enum IfChanged {
    REFUSE,
    ACCEPT
  }
}
