package io.flowpp.platform.sweep;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trial as the ledger has it.
 *
 * @param position its turn, from 0
 * @param progress what its worker said last, as JSON; null before
 * @param result what the run printed, as JSON; null unless done
 * @param attempts oldest first
 */
public record TrialState(
    TrialSpec spec,
    int position,
    TrialStatus status,
    @Nullable String progress,
    @Nullable String result,
    @Nullable Instant leaseUntil,
    List<AttemptState> attempts) {
  public TrialState {
    attempts = List.copyOf(attempts);
  }
}
