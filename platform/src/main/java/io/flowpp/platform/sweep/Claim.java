package io.flowpp.platform.sweep;

import org.jspecify.annotations.Nullable;

/** The ledger's answer to a worker that asks for a trial. */
public sealed interface Claim {
  /**
   * @param lost the attempt before, where its worker was lost: its process may still live
   */
  record Taken(Lease lease, TrialState trial, @Nullable AttemptState lost) implements Claim {}

  /** Nothing to begin now, but others still work and may fail: ask again. */
  record Wait() implements Claim {}

  /**
   * Nothing to begin any more.
   *
   * @param reason {@code finished}, {@code stopped}, {@code max-failures}, {@code max-hours}
   */
  record Over(String reason) implements Claim {}
}
