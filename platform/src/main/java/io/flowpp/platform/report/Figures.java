package io.flowpp.platform.report;

import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.platform.report.CurveChart.Level;
import java.io.IOException;
import java.util.List;

/** The figures that are files of their own, as PNG. */
final class Figures {
  private Figures() {}

  static CurveChart training(ReportInput input) {
    return new CurveChart(
        input.training(),
        List.of(
            new Level("left neighbour", input.floors().leftNeighbour()),
            new Level("histogram per pixel", input.floors().perPixel()),
            new Level("one histogram", input.floors().order0())));
  }

  static byte[] curves(ReportInput input) throws IOException {
    int width = 800;
    int height = 420;
    PngSurface surface = new PngSurface(width, height);
    training(input).draw(surface, width, height);
    CurveChart.legend(surface);
    return surface.png();
  }

  static byte[] samples(SampleGrid samples) throws IOException {
    return Pictures.png(samples, 0, samples.images(), Pictures.squareColumns(samples.images()));
  }

  static byte[] reconstructions(SampleGrid rows) throws IOException {
    return Pictures.png(rows, 0, rows.images(), rows.images() / 3);
  }
}
