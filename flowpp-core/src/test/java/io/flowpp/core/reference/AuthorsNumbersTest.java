package io.flowpp.core.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every layer and every whole model gives the numbers of the authors' code: see
 * resources/reference/README.md.
 */
class AuthorsNumbersTest {
  @TestFactory
  Stream<DynamicTest> theFastKernelsGiveThem() throws IOException {
    return all(ReferenceVerifier.fast());
  }

  /** Their inverses of mixtures halve brackets two hundred times. */
  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> thePlainTwinsGiveThem() throws IOException {
    return all(ReferenceVerifier.plain());
  }

  private static Stream<DynamicTest> all(ReferenceVerifier verifier) throws IOException {
    List<String> heard = new ArrayList<>();
    Verification verification = verifier.verify(Vectors.FOLDER, c -> heard.add(c.name()));
    assertThat(heard).containsExactlyInAnyOrderElementsOf(files());
    return verification.cases().stream().map(c -> dynamicTest(c.name(), () -> requireEqual(c)));
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(Vectors.FOLDER)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(".safetensors"))
          .map(n -> n.replace(".safetensors", ""))
          .toList();
    }
  }

  private static void requireEqual(Verification.Case c) {
    assertThat(c.error()).isNull();
    assertThat(c.outputs()).isNotEmpty();
    SoftAssertions every = new SoftAssertions();
    c.outputs().forEach(o -> every.assertThat(o.ok()).as("%s", o).isTrue());
    every.assertAll();
  }
}
