package io.flowpp.platform.cli;

import io.flowpp.platform.data.DataSet;
import io.flowpp.platform.data.DataSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "list",
    description =
        "List the prepared data sets of the workspace, and the source that comes with the project.")
final class DataListCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  /**
   * @param complete all of its files are there
   */
  record Source(String name, String format, Path directory, boolean complete) {}

  record Listing(List<DataSet> sets, List<Source> sources) {}

  @Override
  public Integer call() {
    DataSource sample = DataSourceName.sample();
    Source source =
        new Source(
            DataSourceName.SAMPLE, sample.format(), sample.directory(), sample.missing().isEmpty());
    List<DataSet> sets = DataText.dataSets().list(damage -> output.note("warning: " + damage));
    output.result(new Listing(sets, List.of(source)), DataListCommand::text);
    return 0;
  }

  private static String text(Listing listing) {
    String sets =
        listing.sets().isEmpty()
            ? "no data set is prepared yet"
            : listing.sets().stream().map(DataText::line).collect(Collectors.joining("\n"));
    String sources =
        listing.sources().stream()
            .map(
                source ->
                    "source "
                        + source.name()
                        + "  "
                        + source.directory()
                        + (source.complete() ? "" : "  (incomplete)"))
            .collect(Collectors.joining("\n"));
    return sets + "\n" + sources;
  }
}
