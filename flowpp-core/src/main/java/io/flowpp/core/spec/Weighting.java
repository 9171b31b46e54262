package io.flowpp.core.spec;

/** How the convolutions and linear maps of a network keep their weights. */
public enum Weighting {
  /** One tensor W. */
  PLAIN,
  /**
   * W = g·V/|V|, the norm taken over all but the output axis (Salimans and Kingma 2016); the
   * ImageNet-32 configuration.
   */
  NORMALISED
}
