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
    assertThat(instructions("flags", large + " avx512_bf16")).isEqualTo("avx512+bf16");
    assertThat(instructions("flags", large + " avx512_bf16 amx_tile")).isEqualTo("avx512+bf16+amx");
    assertThat(instructions("Features", "fp asimd sve")).isEqualTo("sve");
  }

  /** As hypervisors have it: one name for all. */
  @Test
  void generationsOfOneNameAreToldApart() {
    String text =
        """
        processor\t: 0
        vendor_id\t: AuthenticAMD
        cpu family\t: 25
        model\t\t: 17
        model name\t: AMD EPYC
        stepping\t: 1
        flags\t\t: avx2 fma avx512f avx512bw avx512dq avx512vl avx512_bf16

        processor\t: 1
        model name\t: Another
        """;
    Processor genoa = of(text);
    assertThat(genoa)
        .isEqualTo(new Processor("AMD EPYC (family 25, model 17, stepping 1)", "avx512+bf16"));
    Processor rome = of(text.replace("family\t: 25", "family\t: 23").replace(": 17", ": 49"));
    assertThat(rome.name()).isEqualTo("AMD EPYC (family 23, model 49, stepping 1)");
    Processor arm =
        of(
            """
            processor : 0
            Features : fp asimd sve
            CPU implementer : 0x41
            CPU variant : 0x1
            CPU part : 0xd40
            CPU revision : 1
            """);
    assertThat(arm)
        .isEqualTo(
            new Processor(
                "unknown (implementer 0x41, variant 0x1, part 0xd40, revision 1)", "sve"));
  }

  @Test
  void whatIsNotToldIsUnknown() {
    assertThat(Processor.of(Map.of())).isEqualTo(new Processor("unknown", "unknown"));
    assertThat(Processor.of(Map.of("model name", "One", "flags", "avx2 fma")))
        .isEqualTo(new Processor("One", "avx2"));
  }

  private static Processor of(String text) {
    return Processor.of(Processor.first(text.lines().toList()));
  }

  private static String instructions(String name, String flags) {
    return Processor.of(Map.of(name, flags)).instructions();
  }
}
