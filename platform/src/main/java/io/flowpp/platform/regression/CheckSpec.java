package io.flowpp.platform.regression;

/** What is compared with the baseline, and how far it may be from it. */
public sealed interface CheckSpec {

  /**
   * The mean of a metric over seeds. Two-sided: higher fails; lower is to be looked at, since a
   * wrong log-determinant lowers it too.
   *
   * @param metric in bits per dimension
   * @param tolerance of the mean over seeds, bits per dimension
   */
  record Quality(String metric, double tolerance) implements CheckSpec {}

  /** The final weights bit for bit, where the platform is the baseline's. */
  record Exactness() implements CheckSpec {}

  /**
   * A training step in matrix products that cost as much.
   *
   * @param tolerance relative: .25 for a quarter more
   * @param repeats processes that measure it
   */
  record Speed(double tolerance, int repeats) implements CheckSpec {}

  /**
   * The most that a process holds which trains.
   *
   * @param tolerance relative
   * @param repeats processes that measure it
   */
  record Memory(double tolerance, int repeats) implements CheckSpec {}

  /**
   * Whether samples look as they did, as shares of the pixels' range.
   *
   * @param leak by how much more of the samples may leave the range
   * @param mean by how much the sampled pixels' mean may move
   * @param spread by how much their standard deviation may move
   */
  record Samples(double leak, double mean, double spread) implements CheckSpec {}
}
