package io.flowpp.platform.regression;

import io.flowpp.platform.config.Fields;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.Suggestions;
import io.flowpp.platform.execution.KnownMetrics;
import java.util.ArrayList;
import java.util.List;

/** The part {@code checks} of a regression file. */
final class ChecksReader {
  private static final List<String> KINDS =
      List.of("quality", "exactness", "speed", "memory", "samples");
  private static final int USUAL_REPEATS = 5;
  private static final int MOST_REPEATS = 50;

  /** Lower is better in all of them, and a tolerance means the same. */
  private static final List<String> BITS_PER_DIM =
      KnownMetrics.NAMES.stream().filter(name -> name.contains("bpd")).toList();

  private final Problems problems;

  ChecksReader(Problems problems) {
    this.problems = problems;
  }

  /** One that is named is made, whatever stands behind its name. */
  List<CheckSpec> read(Fields file) {
    Located.Mapping written = file.mapping("checks", "like quality: {tolerance: 0.02}");
    new Fields("checks", written, problems).expectOnly(KINDS);
    List<CheckSpec> checks = new ArrayList<>();
    for (String kind : KINDS) {
      Located value = written.entries().get(kind);
      if (value != null) {
        checks.add(check(kind, fields(kind, value)));
      }
    }
    if (checks.isEmpty() && written.entries().isEmpty()) {
      String kinds = "give some of " + String.join(", ", KINDS);
      file.problem("checks", "none: nothing would be compared", kinds);
    }
    return checks;
  }

  private Fields fields(String kind, Located value) {
    String at = "checks." + kind;
    if (value instanceof Located.Mapping mapping) {
      return new Fields(at, mapping, problems);
    }
    if (!(value instanceof Located.Scalar scalar && scalar.isNull())) {
      String found = "expected keys with values, found " + value.describe();
      problems.add(value.origin(), at, found, "write {} for the usual tolerances");
    }
    return new Fields(at, Located.Mapping.empty(value.origin()), problems);
  }

  private static CheckSpec check(String kind, Fields fields) {
    return switch (kind) {
      case "quality" -> {
        fields.expectOnly(List.of("metric", "tolerance"));
        yield new CheckSpec.Quality(metric(fields), positive(fields, "tolerance", .02));
      }
      case "exactness" -> {
        fields.expectOnly(List.of());
        yield new CheckSpec.Exactness();
      }
      case "speed" -> {
        fields.expectOnly(List.of("tolerance", "repeats"));
        yield new CheckSpec.Speed(positive(fields, "tolerance", .25), repeats(fields));
      }
      case "memory" -> {
        fields.expectOnly(List.of("tolerance", "repeats"));
        yield new CheckSpec.Memory(positive(fields, "tolerance", .2), repeats(fields));
      }
      case "samples" -> {
        fields.expectOnly(List.of("leak", "mean", "spread"));
        yield new CheckSpec.Samples(
            positive(fields, "leak", .05),
            positive(fields, "mean", .05),
            positive(fields, "spread", .05));
      }
      default -> throw new IllegalStateException("no check " + kind);
    };
  }

  private static String metric(Fields fields) {
    Located written = fields.get("metric");
    if (written == null) {
      return KnownMetrics.USUAL;
    }
    String name = written instanceof Located.Scalar scalar ? scalar.text() : "";
    if (!BITS_PER_DIM.contains(name)) {
      String meant = Suggestions.nearestOrAll(name, BITS_PER_DIM, "in bits/dim are");
      fields.problem("metric", "no metric in bits/dim: " + written.describe(), meant);
      return KnownMetrics.USUAL;
    }
    return name;
  }

  private static double positive(Fields fields, String name, double usual) {
    Double value = fields.positive(name);
    return value == null ? usual : value;
  }

  /** With fewer than two there is no spread to judge by. */
  private static int repeats(Fields fields) {
    return fields.whole("repeats", 2, MOST_REPEATS).map(Math::toIntExact).orElse(USUAL_REPEATS);
  }
}
