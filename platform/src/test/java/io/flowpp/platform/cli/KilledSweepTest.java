package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sweep whose processes are all killed at moments that nobody chose and that is resumed each
 * time: in the end it is the sweep that nobody disturbed, bit for bit.
 */
class KilledSweepTest {
  private static final int MOST_MILLIS = 14_000;

  @TempDir Path temporary;

  @Tag("slow")
  @Test
  void killedThreeTimes() throws Exception {
    killed(3, 7);
  }

  @Tag("storm")
  @Test
  void killedTenTimes() throws Exception {
    killed(10, 8);
  }

  private void killed(int kills, long root) throws Exception {
    Path file = SweepFixture.small(temporary, "stormy");
    JsonNode whole =
        SweepFixture.done(
            SweepFixture.sweep(temporary.resolve("calm"), Map.of(), "run", file.toString()));
    Random random = new Random(root);
    Path workspace = temporary.resolve("workspace");
    List<Long> moments = new ArrayList<>();
    int round = 0;
    while (moments.size() < kills) {
      // A sweep that ends before its kill begins anew.
      Path place = workspace.resolveSibling("workspace-" + round);
      long moment = 500L + random.nextInt(MOST_MILLIS);
      FlowppProcess sweep = SweepFixture.sweep(place, Map.of(), "run", file.toString());
      if (sweep.endsWithin(moment, TimeUnit.MILLISECONDS)) {
        assertThat(SweepFixture.outcomes(SweepFixture.done(sweep)))
            .isEqualTo(SweepFixture.outcomes(whole));
        round++;
      } else {
        sweep.killWithChildren();
        moments.add(moment);
      }
      workspace = place;
    }
    JsonNode resumed =
        SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "resume", file.toString()));
    System.out.printf("killed after %s ms, %d sweeps begun%n", moments, round + 1);
    assertThat(SweepFixture.outcomes(resumed)).isEqualTo(SweepFixture.outcomes(whole));
    assertThat(resumed.at("/counts/done").asInt()).isEqualTo(4);
    // One data set for all, one pretrained dequantizer for the arms of a seed, one flow a trial.
    assertThat(SweepFixture.outputs(workspace, "prepare-data")).isEqualTo(1);
    assertThat(SweepFixture.outputs(workspace, "pretrain-dequantizer"))
        .isEqualTo(SweepFixture.outputs(temporary.resolve("calm"), "pretrain-dequantizer"))
        .isEqualTo(2);
    assertThat(SweepFixture.outputs(workspace, "train-flow")).isEqualTo(4);
    assertThat(SweepFixture.outputs(workspace, "evaluate")).isEqualTo(4);
  }
}
