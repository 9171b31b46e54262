package io.flowpp.core.spec;

/** Precision of the networks; log-determinants are in float32 or better in both. */
public enum Precision {
  FP32,
  /** Matrix products and convolutions of the networks in bfloat16, sums in float32. */
  BF16
}
