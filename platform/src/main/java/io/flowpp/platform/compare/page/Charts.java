package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.report.PngSurface;
import io.flowpp.platform.report.SvgSurface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The figures, inside the page and as files. */
final class Charts {
  static final int WIDE = 860;
  static final int NARROW = 350;
  private static final int EDGE = 16;

  private Charts() {}

  static List<Chart> of(Comparison comparison) {
    return List.of(
        new ForestChart(comparison),
        CurvesChart.steps(comparison),
        CurvesChart.time(comparison),
        new ScatterChart(comparison),
        new CostChart(comparison));
  }

  /** For the page. */
  static String svg(Chart chart, int width) {
    SvgSurface surface = surface(chart, width);
    chart.draw(surface, width);
    return surface.svg();
  }

  /** Each as .svg and .png. */
  static List<Path> write(List<Chart> charts, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Chart chart : charts) {
      SvgSurface svg = surface(chart, WIDE);
      chart.draw(svg, WIDE);
      files.add(Files.writeString(folder.resolve(chart.name() + ".svg"), svg.file(EDGE)));
      PngSurface png = new PngSurface(WIDE, chart.height(WIDE), EDGE);
      chart.draw(png, WIDE);
      files.add(Files.write(folder.resolve(chart.name() + ".png"), png.png()));
    }
    return files;
  }

  private static SvgSurface surface(Chart chart, int width) {
    return new SvgSurface(
        chart.name() + "-" + width, width, chart.height(width), chart.description());
  }
}
