package io.flowpp.platform.sweep;

import java.util.List;

/** Sees how a sweep goes. Called by one thread, now and then. */
public interface SweepListener {
  /** How things stand; also where nothing has changed. */
  void now(SweepState sweep, List<TrialState> trials);

  /** Something that the user should know and that stops nothing. */
  void note(String message);
}
