package io.flowpp.platform.compare.page;

import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.ComparisonFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the files of a comparison, and its table for a terminal. */
public final class ComparisonWriter {
  private ComparisonWriter() {}

  /** Fills {@code folder}, which is created where it does not exist. */
  public static ComparisonFiles write(Comparison comparison, Path folder) throws IOException {
    throw new IOException("not written yet: " + comparison.title() + " in " + folder);
  }

  /** The answer first: verdicts in words, then the tables of all views, then warnings. */
  public static String terminal(Comparison comparison) {
    return comparison.title();
  }
}
