package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Linux tells of a processor, and what results depend on. */
class ProcessorTest {
  @Test
  void theLargestInstructionSetCounts() {
    assertThat(instructions("flags", "sse4_2 avx2 fma")).isEqualTo("avx2");
    assertThat(instructions("flags", "sse4_2 avx2")).as("no fma").isEqualTo("sse4_2");
    String large = "avx2 fma avx512f avx512bw avx512dq avx512vl";
    assertThat(instructions("flags", large)).isEqualTo("avx512");
    assertThat(instructions("flags", large + " amx_tile")).isEqualTo("avx512+amx");
    assertThat(instructions("Features", "fp asimd sve")).isEqualTo("sve");
  }

  @Test
  void whatIsNotToldIsUnknown() {
    assertThat(Processor.of(Map.of())).isEqualTo(new Processor("unknown", "unknown"));
    assertThat(Processor.of(Map.of("model name", "One", "flags", "avx2 fma")))
        .isEqualTo(new Processor("One", "avx2"));
  }

  private static String instructions(String name, String flags) {
    return Processor.of(Map.of(name, flags)).instructions();
  }
}
