package io.flowpp.platform.compare.page;

import io.flowpp.platform.report.Surface;
import io.flowpp.platform.report.Surface.Ink;

/**
 * How an arm looks, the same in all figures: the baseline dark, others in six colours, whole and
 * then interrupted.
 *
 * @param round how often all colours were used before
 */
record ArmStyle(Ink ink, int round) {

  /**
   * @param arm its place in the comparison; 0 is the baseline
   */
  static ArmStyle of(int arm) {
    int colours = Ink.arms().size();
    return arm == 0
        ? new ArmStyle(Ink.BASELINE, 0)
        : new ArmStyle(Ink.arms().get((arm - 1) % colours), (arm - 1) / colours);
  }

  void curve(Surface surface, double[] x, double[] y) {
    if (round % 2 == 0) {
      surface.polyline(ink, x, y);
    } else {
      surface.dashes(ink, x, y);
    }
  }

  void dot(Surface surface, double x, double y) {
    if (round % 2 == 0) {
      surface.dot(ink, x, y);
    } else {
      surface.ring(ink, x, y);
    }
  }
}
