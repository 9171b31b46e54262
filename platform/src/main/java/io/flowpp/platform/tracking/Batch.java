package io.flowpp.platform.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is sent to one run in one request, within the server's limits: beyond one of them it refuses
 * the whole.
 */
final class Batch {
  private static final int MAX_METRICS = 1000;
  private static final int MAX_PARAMS = 100;
  private static final int MAX_TAGS = 100;
  private static final int MAX_BYTES = 900_000; // of 1 MB
  private static final int PARAM_CHARACTERS = 6000; // the server cuts silently at these two
  private static final int TAG_CHARACTERS = 8000;
  private static final int METRIC_BYTES = 100; // without its key

  /** One metric, parameter or tag, as the request has it. */
  record Item(Kind kind, Map<String, Object> json) {}

  enum Kind {
    METRIC,
    PARAM,
    TAG
  }

  private final List<Item> items = new ArrayList<>();
  private final int[] counts = new int[Kind.values().length];
  private int bytes;

  static Item metric(String key, double value, long time, long step) {
    return new Item(
        Kind.METRIC, Map.of("key", key, "value", value, "timestamp", time, "step", step));
  }

  static Item param(String key, String value) {
    return new Item(Kind.PARAM, Map.of("key", key, "value", cut(value, PARAM_CHARACTERS)));
  }

  static Item tag(String key, String value) {
    return new Item(Kind.TAG, Map.of("key", key, "value", cut(value, TAG_CHARACTERS)));
  }

  boolean hasRoomFor(Item item) {
    int most =
        switch (item.kind()) {
          case METRIC -> MAX_METRICS;
          case PARAM -> MAX_PARAMS;
          case TAG -> MAX_TAGS;
        };
    return counts[item.kind().ordinal()] < most && bytes + size(item) <= MAX_BYTES;
  }

  void add(Item item) {
    items.add(item);
    counts[item.kind().ordinal()]++;
    bytes += size(item);
  }

  List<Item> items() {
    return List.copyOf(items);
  }

  /** The body of {@code runs/log-batch}. */
  static Map<String, Object> request(String runId, List<Item> items) {
    return Map.of(
        "run_id", runId,
        "metrics", of(items, Kind.METRIC),
        "params", of(items, Kind.PARAM),
        "tags", of(items, Kind.TAG));
  }

  private static List<Map<String, Object>> of(List<Item> items, Kind kind) {
    return items.stream().filter(item -> item.kind() == kind).map(Item::json).toList();
  }

  // Four bytes a character: the most that UTF-8 and JSON's escapes of ordinary text need.
  private static int size(Item item) {
    return item.json().values().stream()
        .mapToInt(value -> value instanceof String text ? 4 * text.length() : METRIC_BYTES / 4)
        .sum();
  }

  private static String cut(String value, int characters) {
    return value.length() <= characters ? value : value.substring(0, characters - 1) + "…";
  }
}
