package io.flowpp.platform.report;

import io.flowpp.core.evaluate.ImageScore;
import java.util.List;

/**
 * The scores of all test images as CSV, full precision, so that runs can be compared image by
 * image.
 */
final class PerImageCsv {
  static final String HEADER = "index,label,image_sha256,bpd,bpd_elbo,ess";

  private PerImageCsv() {}

  static String of(List<ImageScore> scores) {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    for (ImageScore s : scores) {
      csv.append(s.index())
          .append(',')
          .append(s.label())
          .append(',')
          .append(s.sha256())
          .append(',');
      csv.append(s.bitsPerDim())
          .append(',')
          .append(s.bitsPerDimElbo())
          .append(',')
          .append(s.effectiveSamples())
          .append('\n');
    }
    return csv.toString();
  }
}
