package io.flowpp.platform.tracking;

import java.util.List;

/**
 * A view of an experiment's run table that a link opens: which runs, which columns, best first.
 *
 * @param name of the view, unique in the experiment: letters, digits and {@code . _ -}
 * @param parameters columns
 * @param metrics columns, the first of which sorts
 * @param order which end of the first metric comes first
 * @param tags that a run must have to be in the table, {@code name=value} each
 */
public record TableView(
    String name, List<String> parameters, List<String> metrics, Order order, List<String> tags) {
  /** Which values come first. */
  public enum Order {
    ASCENDING,
    DESCENDING
  }

  public TableView {
    parameters = List.copyOf(parameters);
    metrics = List.copyOf(metrics);
    tags = List.copyOf(tags);
  }
}
