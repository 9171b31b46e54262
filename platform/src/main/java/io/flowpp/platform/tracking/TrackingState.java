package io.flowpp.platform.tracking;

/** Where the events of a tracker are. */
public enum TrackingState {
  /** Everything in the journal is on the server. */
  SYNCED,
  /** Something is in the journal only; the next run of the same experiment sends it. */
  PENDING,
  /**
   * There is no server to send to: asked for by FLOWPP_OFFLINE=1, or no managed server can be made
   * here. The journal is complete.
   */
  OFFLINE
}
