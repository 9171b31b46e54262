package io.flowpp.platform.report;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what a run leaves for a reader: {@code report.html}, {@code samples.png}, {@code
 * reconstructions.png}, {@code curves.png}, {@code per-image.csv}.
 */
public final class ReportWriter {
  @Inject
  public ReportWriter() {}

  /** Fills {@code directory}, which is created where it does not exist. */
  public ReportFiles write(ReportInput input, Path directory) throws IOException {
    Files.createDirectories(directory);
    ReportFiles files = ReportFiles.in(directory);
    Files.writeString(files.perImage(), PerImageCsv.of(input.scores()));
    Files.write(files.samples(), Figures.samples(input.samples()));
    Files.write(files.reconstructions(), Figures.reconstructions(input.reconstructions()));
    Files.write(files.curves(), Figures.curves(input));
    Files.writeString(files.html(), ReportPage.html(input));
    return files;
  }
}
