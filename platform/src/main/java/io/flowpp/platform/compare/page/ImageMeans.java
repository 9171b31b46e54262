package io.flowpp.platform.compare.page;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import java.util.Map;
import java.util.TreeMap;

/** What each test image costs with an arm: the mean over its seeds. */
final class ImageMeans {
  private ImageMeans() {}

  /** By image, of those that every seed has a finite score for. */
  static Map<Integer, Double> of(Arm arm) {
    Map<Integer, Double> sums = new TreeMap<>();
    Map<Integer, Integer> counts = new TreeMap<>();
    for (ComparedRun run : arm.runs()) {
      for (ImageScore score : run.scores()) {
        if (Double.isFinite(score.bitsPerDim())) {
          sums.merge(score.index(), score.bitsPerDim(), Double::sum);
          counts.merge(score.index(), 1, Integer::sum);
        }
      }
    }
    int seeds = arm.runs().size();
    sums.keySet().removeIf(image -> counts.getOrDefault(image, 0) != seeds);
    sums.replaceAll((image, sum) -> sum / seeds);
    return sums;
  }
}
