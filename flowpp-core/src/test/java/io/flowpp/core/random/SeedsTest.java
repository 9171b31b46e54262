package io.flowpp.core.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SeedsTest {
  private static final long SEED_OF_NOTHING = 2558736989570252433L;
  private static final long SEED_OF_NOISE = -8965056459628568866L;

  @Test
  void isTheSameForeverSoThatOldCheckpointsResume() {
    assertThat(Seeds.derive(0, "", 0)).isEqualTo(SEED_OF_NOTHING);
    assertThat(Seeds.derive(1, "dequantization-noise", 7)).isEqualTo(SEED_OF_NOISE);
  }

  @Test
  void neighbouringRootsPurposesAndStepsNeverShareASeed() {
    Set<Long> seen = new HashSet<>();
    int count = 0;
    for (long root = -20; root < 20; root++) {
      for (String purpose : List.of("", "a", "b", "ab", "ba", "aa", "noise", "noise\0")) {
        for (long step = -20; step < 100; step++) {
          seen.add(Seeds.derive(root, purpose, step));
          count++;
        }
      }
    }
    assertThat(seen).hasSize(count);
  }

  @Property
  void oneChangedBitOfTheRootChangesAboutHalfOfTheSeed(@ForAll long root, @ForAll long step) {
    int changed = 0;
    for (int bit = 0; bit < 64; bit++) {
      changed +=
          Long.bitCount(
              Seeds.derive(root, "p", step) ^ Seeds.derive(root ^ (1L << bit), "p", step));
    }
    // 4096 coin flips: mean 2048, standard deviation 32; ten of them away does not happen
    assertThat(changed).isBetween(2048 - 320, 2048 + 320);
  }
}
