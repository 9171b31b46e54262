package io.flowpp.core.spec;

/** The precision of a coupling's transform, given its parameters. */
public enum Arithmetic {
  /** That of the network which computes the parameters. */
  AS_NETWORK,
  /** float64, as the ImageNet-32 and the 8-bit ImageNet-64 configurations have it. */
  FLOAT64
}
