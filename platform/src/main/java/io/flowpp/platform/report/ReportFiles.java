package io.flowpp.platform.report;

import java.nio.file.Path;

/** What {@link ReportWriter} wrote, all in one directory. */
public record ReportFiles(
    Path html, Path samples, Path reconstructions, Path curves, Path perImage) {
  static ReportFiles in(Path directory) {
    return new ReportFiles(
        directory.resolve("report.html"),
        directory.resolve("samples.png"),
        directory.resolve("reconstructions.png"),
        directory.resolve("curves.png"),
        directory.resolve("per-image.csv"));
  }
}
