package io.flowpp.core.evaluate;

/**
 * How much mass a flow puts outside the images' range. The squeeze to (.05,.95) before the logit
 * lets it: Σ_x P(x) = 1 - leak.
 *
 * @param samples draws of the flow
 * @param outside how many of them have a coordinate outside [0,2^bits)
 */
public record LeakEstimate(int samples, int outside) {
  public LeakEstimate {
    if (samples < 1 || outside < 0 || outside > samples) {
      throw new IllegalArgumentException(outside + " of " + samples + " samples outside");
    }
  }

  public double share() {
    return (double) outside / samples;
  }

  /**
   * The binomial standard error of {@link #share}, at (outside + 1/2)/(samples + 1) so that no
   * count, and not all, does not read as certainty.
   */
  public double standardError() {
    double p = (outside + .5) / (samples + 1.);
    return Math.sqrt(p * (1 - p) / samples);
  }
}
