package io.flowpp.core.spec;

/** How one tensor becomes the two halves of a coupling. */
public enum SplitKind {
  /** Alternate columns: [B,H,W,C] to two of [B,H,W/2,C]. */
  CHECKERBOARD,
  /** First and second half of the channels: [B,H,W,C] to two of [B,H,W,C/2]. */
  CHANNEL
}
