package io.flowpp.platform.tracking;

import java.nio.file.Path;
import java.util.List;

/**
 * Opens trackers on journals. Which server they send to is the environment's choice:
 * MLFLOW_TRACKING_URI, else the managed one of the workspace.
 */
public interface TrackerFactory {

  /**
   * Opens the journal in {@code journalDir}, made if absent, and begins to send what it holds.
   * Returns at once, whatever the server does. One directory holds the runs of one experiment run;
   * several processes may have it open.
   */
  Tracker open(String experimentName, Path journalDir);

  /**
   * To be called before work begins: an explicit MLFLOW_TRACKING_URI that refuses, or answers 401
   * or 403, is the user's fault to mend (exit 6), unless FLOWPP_OFFLINE=1. With a managed server
   * there is nothing to check. A run that finds everything cached needs no check.
   */
  void checkReachable();

  /**
   * What a user should know of the way to an explicit server, a line each: that anybody may listen
   * where certificates are not checked, or a login goes unencrypted.
   */
  List<String> warnings();

  /** Whether the user asks for journals only: FLOWPP_OFFLINE=1. */
  boolean isOffline();
}
