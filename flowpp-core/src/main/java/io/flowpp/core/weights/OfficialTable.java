package io.flowpp.core.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table {@code official-names.tsv}. */
final class OfficialTable {
  private static final String RESOURCE = "official-names.tsv";
  private static final List<Row> ROWS = read();

  private OfficialTable() {}

  private record Row(String place, Pattern ours, String theirs) {}

  /**
   * @param theirs the name up to the letter
   * @param leaf what of our name tells the letter, empty where there is none
   */
  record Found(String theirs, String leaf) {}

  /**
   * @param places the rows that may be used
   */
  static Found find(List<String> places, String ours) {
    for (Row row : ROWS) {
      Matcher m = row.ours().matcher(ours);
      if (places.contains(row.place()) && m.lookingAt()) {
        String leaf = ours.substring(m.end());
        if (row.ours().pattern().endsWith("/") || leaf.isEmpty()) {
          return new Found(
              m.groupCount() > 0 ? row.theirs().replace("#", m.group(1)) : row.theirs(), leaf);
        }
      }
    }
    throw new IllegalArgumentException("no official name for " + ours + " in " + places);
  }

  private static List<Row> read() {
    try (InputStream in = OfficialTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(OfficialTable::row)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }

  private static Row row(String line) {
    String[] cells = line.split("\t", -1);
    return new Row(cells[0], Pattern.compile(cells[1].replace("#", "(\\d+)")), cells[2]);
  }
}
