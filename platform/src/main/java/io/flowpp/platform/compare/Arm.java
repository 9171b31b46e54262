package io.flowpp.platform.compare;

import java.util.List;

/**
 * Runs that differ by their seed alone.
 *
 * @param name by which rows and figures know it: {@code affine}, {@code blocks=2 heads=4}
 * @param runs by seed, no seed twice
 */
public record Arm(String name, List<ComparedRun> runs) {
  public Arm {
    runs = List.copyOf(runs);
  }
}
