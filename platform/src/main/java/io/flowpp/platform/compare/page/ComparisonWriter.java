package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.ComparisonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the files of a comparison, and its table for a terminal. */
public final class ComparisonWriter {
  private ComparisonWriter() {}

  /** Fills {@code folder}, which is created where it does not exist. */
  public static ComparisonFiles write(Comparison comparison, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Chart> charts = Charts.of(comparison);
    List<Path> figures = Charts.write(charts, folder);
    Path csv = Files.writeString(folder.resolve("compare.csv"), ComparisonCsv.of(comparison));
    Path markdown = Files.writeString(folder.resolve("compare.md"), MarkdownText.of(comparison));
    Path html =
        Files.writeString(folder.resolve("compare.html"), ComparisonPage.html(comparison, charts));
    return new ComparisonFiles(html, markdown, csv, figures);
  }

  /**
   * For 100 columns: verdicts in words first, then warnings, the tables of all views, what differs.
   */
  public static String terminal(Comparison comparison) {
    return TerminalText.of(comparison);
  }
}
