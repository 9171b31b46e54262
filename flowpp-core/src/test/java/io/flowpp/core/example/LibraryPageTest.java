package io.flowpp.core.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for users of the library says what compiles, and what it says works. */
class LibraryPageTest {
  private static final Path PAGE = Path.of("../docs/LIBRARY.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/flowpp/core/example/LibraryExample.java");

  @Test
  void thePageHoldsTheExampleThatIsCompiled() throws IOException {
    List<String> source = Files.readAllLines(SOURCE);
    int begin = source.indexOf("    // example begins");
    int end = source.indexOf("    // example ends");
    String compiled = String.join("\n", source.subList(begin + 1, end)).stripIndent();
    String page = Files.readString(PAGE);
    int fence = page.indexOf("```java\n") + "```java\n".length();
    String shown = page.substring(fence, page.indexOf("\n```", fence));
    assertThat(begin).isPositive();
    assertThat(shown).isEqualTo(compiled);
  }

  @Test
  void theExampleRuns(@TempDir Path folder) {
    float[] pixels = new float[8 * 784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = CounterRandom.below(3, i, 256);
    }
    Path file = folder.resolve("weights.safetensors");
    LibraryExample.Result result = LibraryExample.run(pixels, file);
    // untrained, on noise: near the 8 bits that noise has, and never below them but by chance
    assertThat(result.bitsPerDim()).hasSize(8);
    assertThat(Arrays.stream(result.bitsPerDim()).boxed()).allMatch(b -> b > 7.9 && b < 12);
    assertThat(result.samples().levels()).hasSize(4 * 784);
    assertThat(WeightFile.readSpec(file)).isPresent();
  }
}
