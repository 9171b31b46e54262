package io.flowpp.platform.sweep;

/** How an attempt at a trial came to its end. */
public sealed interface Ending {
  /**
   * @param result what the run printed, as JSON
   */
  record Done(String result) implements Ending {}

  /**
   * @param again whether another attempt could go better: not after a mistake in the configuration
   */
  record Failed(Cause cause, boolean again) implements Ending {}

  /** A person asked for it; a checkpoint was left. */
  record Paused() implements Ending {}

  /** The worker has to go; the trial is free for the next, and the attempt does not count. */
  record Released() implements Ending {}
}
