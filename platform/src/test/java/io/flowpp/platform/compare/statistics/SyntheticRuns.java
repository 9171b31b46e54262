package io.flowpp.platform.compare.statistics;

import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.random.Seeds;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Runs that nobody trained, whose truth is known. The score of image i under seed s of an arm is
 *
 * <pre>3.5 + effect of the arm + imageSpread A_i + seedSpread B_s + noise C_si     bits/dim</pre>
 *
 * <p>with A, B, C normal and independent: A the same for all arms and seeds (the same test images),
 * B for all images of a seed (one training), C for each of both. So the mean of a seed has the
 * standard deviation sqrt(seedSpread^2 + noise^2 / images) over seeds.
 *
 * @param imageSpread how much images differ in difficulty
 * @param seedSpread how much trainings differ that differ by their seed alone
 * @param noise how much one training and one image do beyond both
 */
record SyntheticRuns(double imageSpread, double seedSpread, double noise, int images) {
  private static final double LEVEL = 3.5;

  SyntheticRuns withSeedSpread(double spread) {
    return new SyntheticRuns(imageSpread, spread, noise, images);
  }

  /** Standard deviation of a seed's mean over images. */
  double spreadOfMeans() {
    return Math.hypot(seedSpread, noise / Math.sqrt(images));
  }

  /**
   * By seed and image.
   *
   * @param world decides on the images
   * @param arm numbers the arms, so that they differ in their chance
   */
  double[][] scores(long world, int arm, int seeds, double effect) {
    float[] difficulty = gaussian(world, "difficulty", images);
    float[] trainings = gaussian(world, "training-" + arm, seeds);
    return IntStream.range(0, seeds)
        .mapToObj(
            seed -> {
              float[] rest = gaussian(world, "rest-" + arm + "-" + seed, images);
              return IntStream.range(0, images)
                  .mapToDouble(
                      i ->
                          LEVEL
                              + effect
                              + imageSpread * difficulty[i]
                              + seedSpread * trainings[seed]
                              + noise * rest[i])
                  .toArray();
            })
        .toArray(double[][]::new);
  }

  /** What {@link #scores} come to: the mean over images of each seed. */
  SeedValues arm(long world, int arm, int seeds, double effect) {
    return new SeedValues(
        "arm " + arm,
        Arrays.stream(scores(world, arm, seeds, effect))
            .map(each -> Arrays.stream(each).average().orElseThrow())
            .toList());
  }

  /**
   * The same in distribution but for a shift of all arms (the images' mean difficulty), drawn
   * without images, for experiments of hundreds of seeds.
   */
  SeedValues means(long world, int arm, int seeds, double effect) {
    float[] means = gaussian(world, "mean-" + arm, seeds);
    return new SeedValues(
        "arm " + arm,
        IntStream.range(0, seeds)
            .mapToObj(seed -> LEVEL + effect + spreadOfMeans() * means[seed])
            .toList());
  }

  private static float[] gaussian(long world, String what, int length) {
    float[] values = new float[length];
    CounterRandom.gaussian(Seeds.derive(world, what, 0), values);
    return values;
  }
}
