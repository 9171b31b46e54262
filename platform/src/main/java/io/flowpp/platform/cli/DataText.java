package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.data.DataModule;
import io.flowpp.platform.data.DataSet;
import io.flowpp.platform.data.DataSets;
import io.flowpp.platform.workspace.WorkspaceModule;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the commands on data share: where they ask, and how a data set reads. */
final class DataText {
  private DataText() {}

  static DataSets dataSets() {
    return Guice.createInjector(new WorkspaceModule(Places.workspace()), new DataModule())
        .getInstance(DataSets.class);
  }

  /** One line. */
  static String line(DataSet set) {
    String splits =
        set.splits().entrySet().stream()
            .map(
                split ->
                    String.format(Locale.ROOT, "%s %,d", split.getKey(), split.getValue().images()))
            .collect(Collectors.joining(", "));
    DataSet.Split any = set.splits().values().iterator().next();
    return String.format(
        Locale.ROOT,
        "%.12s  %dx%dx%d, %d bits  %s  (%s)",
        set.digest(),
        any.height(),
        any.width(),
        any.channels(),
        set.bits(),
        splits,
        set.source());
  }

  static String block(DataSet set) {
    return line(set) + "\ndigest     " + set.digest() + "\ndirectory  " + set.directory();
  }
}
