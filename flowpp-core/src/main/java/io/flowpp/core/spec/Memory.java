package io.flowpp.core.spec;

/** How memory is traded for time; the numbers are the same bit for bit. */
public enum Memory {
  /** Fast where the estimate fits into the memory there is, else lean. */
  AUTO,
  /** Keeps everything that the backward pass needs. */
  FAST,
  /** Keeps what goes into each part and computes the rest again. */
  LEAN
}
