package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.ComparisonFiles;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the files of a comparison, and its table for a terminal. */
public final class ComparisonWriter {
  private ComparisonWriter() {}

  /**
   * Fills {@code folder}, which is created where it does not exist.
   *
   * @throws UserFault where it cannot be written
   */
  public static ComparisonFiles write(Comparison comparison, Path folder) {
    try {
      Files.createDirectories(folder);
      return files(comparison, folder);
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "unwritable-comparison",
          "cannot be written: " + e,
          folder.toString(),
          "make room, or name another folder with --to",
          e);
    }
  }

  private static ComparisonFiles files(Comparison comparison, Path folder) throws IOException {
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
