package io.flowpp.platform.compare;

import java.nio.file.Path;
import java.util.List;

/**
 * What a comparison leaves in its folder.
 *
 * @param html {@code compare.html}, needs nothing beside it
 * @param markdown {@code compare.md}, for a pull request
 * @param csv {@code compare.csv}, every row of every view in full precision
 * @param figures {@code forest}, {@code curves-steps}, {@code curves-time}, {@code scatter} and
 *     {@code cost}, each as .svg and .png
 */
public record ComparisonFiles(Path html, Path markdown, Path csv, List<Path> figures) {
  public ComparisonFiles {
    figures = List.copyOf(figures);
  }
}
