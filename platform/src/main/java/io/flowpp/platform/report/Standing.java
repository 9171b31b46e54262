package io.flowpp.platform.report;

import io.flowpp.core.evaluate.QuotedResults;
import io.flowpp.core.evaluate.QuotedResults.Quote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where the model stands among simpler coders of the same images, best first. */
record Standing(double model, List<Entry> entries, QuotedResults quoted) {

  /** How a figure came to be. */
  enum Origin {
    THIS_MODEL("this model"),
    MEASURED("measured"),
    QUOTED("quoted"),
    PLAIN("");

    private final String label;

    Origin(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** One coder and its bits/dim. */
  record Entry(String name, double bitsPerDim, Origin origin) {}

  static Standing of(ReportInput input) {
    double model = input.metric("test/bpd");
    int bits = input.model().bits();
    QuotedResults quoted = QuotedResults.of(input.data().name(), bits);
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("this model", model, Origin.THIS_MODEL));
    entries.add(new Entry("left neighbour", input.floors().leftNeighbour(), Origin.MEASURED));
    entries.add(new Entry("histogram per pixel", input.floors().perPixel(), Origin.MEASURED));
    entries.add(new Entry("one histogram", input.floors().order0(), Origin.MEASURED));
    for (Quote codec : quoted.codecs()) {
      entries.add(new Entry(codec.name(), codec.bitsPerDim(), Origin.QUOTED));
    }
    entries.add(new Entry("no coding", bits, Origin.PLAIN));
    entries.sort(Comparator.comparingDouble(Entry::bitsPerDim));
    return new Standing(model, List.copyOf(entries), quoted);
  }

  List<Entry> others() {
    return entries.stream().filter(e -> e.origin() != Origin.THIS_MODEL).toList();
  }

  /** The best coder that is not the model, of those that were measured here. */
  Entry bestMeasured() {
    return entries.stream().filter(e -> e.origin() == Origin.MEASURED).findFirst().orElseThrow();
  }

  Optional<Entry> bestQuoted() {
    return entries.stream().filter(e -> e.origin() == Origin.QUOTED).findFirst();
  }
}
