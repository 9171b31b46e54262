package io.flowpp.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

class ConfigPropertiesTest {
  private static final Origin HERE = new Origin("x", 1);

  @Provide
  Arbitrary<Located.Mapping> mappings() {
    return mappings(3);
  }

  /**
   * Trees over few keys, so that two of them meet often; a key is always a heading or always a
   * value.
   */
  private static Arbitrary<Located.Mapping> mappings(int depth) {
    Arbitrary<Located> values =
        Arbitraries.of("1", "two", "true").map(text -> new Located.Scalar(HERE, text, true));
    Arbitrary<Map<String, Located>> leaves =
        Arbitraries.maps(Arbitraries.of("a", "b", "c"), values).ofMaxSize(3);
    if (depth == 0) {
      return leaves.map(entries -> new Located.Mapping(HERE, entries));
    }
    Arbitrary<Map<String, Located>> inner =
        Arbitraries.maps(Arbitraries.of("m", "n"), mappings(depth - 1).map(m -> (Located) m))
            .ofMaxSize(2);
    return leaves.flatMap(
        some ->
            inner.map(
                more -> {
                  Map<String, Located> all = new HashMap<>(some);
                  all.putAll(more);
                  return new Located.Mapping(HERE, all);
                }));
  }

  private static Map<String, String> flat(Located.Mapping mapping) {
    Map<String, String> flat = new HashMap<>();
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              if (value instanceof Located.Mapping inner) {
                flat(inner).forEach((rest, text) -> flat.put(key + "." + rest, text));
              } else {
                flat.put(key, ((Located.Scalar) value).text());
              }
            });
    return flat;
  }

  @Property
  void overlayingIsTheUnionWhereTheUpperLayerWins(
      @ForAll("mappings") Located.Mapping lower, @ForAll("mappings") Located.Mapping upper) {
    Map<String, String> expected = flat(lower);
    expected.putAll(flat(upper));
    assertThat(flat(Layers.overlay(lower, upper))).isEqualTo(expected);
  }

  @Property
  void overlayingDoesNotDependOnWhichPairComesFirst(
      @ForAll("mappings") Located.Mapping a,
      @ForAll("mappings") Located.Mapping b,
      @ForAll("mappings") Located.Mapping c) {
    assertThat(Layers.overlay(Layers.overlay(a, b), c))
        .isEqualTo(Layers.overlay(a, Layers.overlay(b, c)));
  }

  @Property
  void oneSlipInAKnownKeyIsUnderstood(
      @ForAll("keys") String key, @ForAll int place, @ForAll int kind) {
    int at = Math.floorMod(place, key.length() - 1);
    String slip =
        switch (Math.floorMod(kind, 4)) {
          case 0 -> key.substring(0, at) + key.substring(at + 1);
          case 1 -> key.substring(0, at) + 'q' + key.substring(at);
          case 2 -> key.substring(0, at) + 'q' + key.substring(at + 1);
          default ->
              key.substring(0, at) + key.charAt(at + 1) + key.charAt(at) + key.substring(at + 2);
        };
    List<String> siblings = KeyTable.ROOT.entries().stream().map(Entry::name).toList();
    assertThat(Suggestions.nearest(slip, siblings)).contains(key);
  }

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.of(
        "training", "pretraining", "evaluation", "execution", "tracking", "extends");
  }

  @Property
  void editsAreADistance(
      @ForAll @AlphaChars @StringLength(max = 8) String a,
      @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertThat(Suggestions.edits(a, b)).isEqualTo(Suggestions.edits(b, a));
    assertThat(Suggestions.edits(a, b) == 0).isEqualTo(a.equals(b));
    assertThat(Suggestions.edits(a, b))
        .isBetween(Math.abs(a.length() - b.length()), Math.max(a.length(), b.length()));
  }

  @Property
  void aWordFarFromAllIsNotGuessed(@ForAll @StringLength(min = 3, max = 80) String word) {
    Suggestions.nearest(word, List.of("training", "seed"))
        .ifPresent(
            near ->
                assertThat(Suggestions.edits(word.toLowerCase(java.util.Locale.ROOT), near))
                    .isLessThan(word.length()));
  }

  @Property
  void aLayoutSaysWhichShapesItTakes(
      @ForAll("layouts") List<String> words, @ForAll("sizes") int h, @ForAll("sizes") int w) {
    FlowLayout layout = FlowLayout.parse(String.join("  ", words)).orElseThrow();
    assertThat(layout.toString()).isEqualTo(String.join(" ", words));
    int height = h;
    int width = w;
    int channels = 1;
    boolean fits = words.stream().anyMatch(word -> !word.equals("s2d"));
    List<Class<?>> steps = new ArrayList<>();
    for (String word : words) {
      fits &=
          word.startsWith("cb")
              ? width % 2 == 0
              : word.startsWith("ch") ? channels % 2 == 0 : height % 2 == 0 && width % 2 == 0;
      if (word.equals("s2d")) {
        height /= 2;
        width /= 2;
        channels *= 4;
      }
      steps.add(
          word.equals("s2d") ? FlowStepSpec.SpaceToDepth.class : FlowStepSpec.Couplings.class);
    }
    assertThat(layout.conflict(new ImageShape(h, w, 1)).isEmpty()).isEqualTo(fits);
    assertThat(layout.tokens()).hasSameSizeAs(steps);
  }

  @Provide
  Arbitrary<List<String>> layouts() {
    return Arbitraries.of("cb1", "cb4", "ch2", "s2d").list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.of(1, 2, 6, 8, 12, 28, 32, 27);
  }
}
