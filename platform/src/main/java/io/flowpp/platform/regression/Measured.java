package io.flowpp.platform.regression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an experiment of a regression file came to.
 *
 * @param config digest of the experiment
 * @param data digest of the prepared images
 * @param compute where its runs computed
 */
public record Measured(
    String config, String data, Compute compute, List<SeedResult> seeds, Costs costs) {

  /**
   * @param device that {@code auto} came to
   */
  public record Compute(String device, int threads, String precision) {}

  public Measured {
    seeds = List.copyOf(seeds);
  }

  Optional<SeedResult> seed(long seed) {
    return seeds.stream().filter(result -> result.seed() == seed).findFirst();
  }

  Measured and(List<SeedResult> more, Costs costsToo) {
    List<SeedResult> all = new ArrayList<>(seeds);
    all.addAll(more);
    return new Measured(config, data, compute, all, costs.and(costsToo));
  }
}
