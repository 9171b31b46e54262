package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.sweep.Ledger;
import io.flowpp.platform.sweep.Ledgers;
import io.flowpp.platform.sweep.SweepDefaults;
import io.flowpp.platform.sweep.SweepFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person asks of a sweep on which nobody works, and what they may do wrong. */
@Tag("slow")
class SweepCommandsTest {
  @TempDir Path temporary;
  private Path workspace = Path.of("unset");
  private Path file = Path.of("unset");

  @BeforeEach
  void aSweepThatWasBegun() throws IOException {
    workspace = temporary.resolve("workspace");
    file = SweepFixture.small(temporary, "begun");
    try (Ledger ledger = Ledgers.open(workspace, Map.of())) {
      ledger.create(
          SweepFiles.load(file, SweepDefaults.ofThisMachine()), file.toString(), "elsewhere:/w");
    }
  }

  @Test
  void aChangedFileIsRefusedWithAllThatChanged() throws Exception {
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace("training.steps: 40", "training.steps: 41")
            .replace("seeds: [1, 2]", "seeds: [1, 3]"));
    FlowppProcess resume =
        FlowppProcess.start(workspace, OFFLINE, "sweep", "resume", file.toString());
    assertThat(resume.exitCode()).isEqualTo(2);
    assertThat(resume.err())
        .contains("is not the sweep 'begun' that was begun")
        .contains("training.steps")
        .contains("40")
        .contains("41")
        .contains("2 trials new: begun-full-s3, begun-affine-s3")
        .contains("--accept-changes");
    assertThat(trials()).hasSize(4);
  }

  @Test
  void valuesAreAddedToTheFileAndToTheLedgerOrToNeither() throws Exception {
    FlowppProcess add =
        FlowppProcess.start(workspace, OFFLINE, "sweep", "add", "begun", "--seeds", "3,4");
    assertThat(add.exitCode()).as(add.err()).isZero();
    assertThat(file).content().contains("seeds: [1, 2, 3, 4]").contains("training.steps: 40");
    assertThat(trials()).hasSize(8);

    String before = Files.readString(file);
    FlowppProcess absent =
        FlowppProcess.start(workspace, OFFLINE, "sweep", "add", "begun", "training.batch=8");
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("has no list of training.batch on one line");
    FlowppProcess wrong =
        FlowppProcess.start(workspace, OFFLINE, "sweep", "add", "begun", "--seeds", "4");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("seeds: has 4 twice");
    assertThat(file).content().isEqualTo(before);
    assertThat(trials()).hasSize(8);

    Files.writeString(file, before.replace("training.steps: 40", "training.steps: 41"));
    FlowppProcess changed =
        FlowppProcess.start(workspace, OFFLINE, "sweep", "add", "begun", "--seeds", "5");
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err())
        .contains("training.steps: 40 -> 41 in every trial")
        .contains("sweep resume " + file + " --accept-changes");
    assertThat(file).content().doesNotContain("5]");
    assertThat(trials()).hasSize(8);
  }

  @Test
  void afterAFailureNothingIsBegunAndWhatFailedIsRetriedOnceItsFaultIsMended() throws Exception {
    Path data = Path.of("../experiments/sample-data").toAbsolutePath().normalize();
    Path damaged = Files.createDirectories(temporary.resolve("damaged"));
    Map<Path, Path> files = new HashMap<>();
    try (Stream<Path> all = Files.list(data)) {
      all.forEach(each -> files.put(each, damaged.resolve(each.getFileName().toString())));
    }
    for (Map.Entry<Path, Path> each : files.entrySet()) {
      byte[] bytes = Files.readAllBytes(each.getKey());
      Files.write(each.getValue(), Arrays.copyOf(bytes, bytes.length / 2));
    }
    Path sweep =
        SweepFixture.write(
            temporary,
            "mended",
            "ablations: {damaged: {data.source: %s}, full: {}}\n".formatted(damaged)
                + "seeds: [1]\nlimits: {max-concurrent: 1, max-attempts: 1}\n",
            5);
    FlowppProcess fast =
        SweepFixture.sweep(workspace, Map.of(), "run", sweep.toString(), "--fail-fast");
    assertThat(fast.exitCode()).as(fast.err()).isEqualTo(3);
    assertThat(fast.json().at("/counts/failed").asInt()).isEqualTo(1);
    assertThat(fast.json().at("/counts/cancelled").asInt()).isEqualTo(1);

    for (Map.Entry<Path, Path> each : files.entrySet()) {
      Files.copy(each.getKey(), each.getValue(), StandardCopyOption.REPLACE_EXISTING);
    }
    JsonNode retried =
        SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "retry", "mended", "--failed"));
    assertThat(retried.path("trials").asInt()).isEqualTo(1);
    JsonNode resumed =
        SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "resume", "mended"));
    assertThat(resumed.at("/counts/done").asInt()).isEqualTo(2);
  }

  @Test
  void aWorkspaceWhoseDataLieElsewhereSaysSoBeforeTheFirstTrial() throws Exception {
    Path images = Files.createDirectories(temporary.resolve("images"));
    Path moved =
        SweepFixture.write(
            temporary, "moved", "seeds: [1, 2]\n", 40, "data.source: " + images.toAbsolutePath());
    try (Ledger ledger = Ledgers.open(workspace, Map.of())) {
      ledger.create(
          SweepFiles.load(moved, SweepDefaults.ofThisMachine()), moved.toString(), "other:/w");
    }
    Files.delete(images);
    FlowppProcess resume = FlowppProcess.start(workspace, OFFLINE, "sweep", "resume", "moved");
    assertThat(resume.exitCode()).isEqualTo(2);
    assertThat(resume.err())
        .contains("this sweep was begun as other:/w")
        .contains(images + ": no such folder, and trial");
  }

  @Test
  void whatIsAskedOfASweepThatIsNotThereNamesThoseThatAre() throws Exception {
    for (String command : new String[] {"status", "stop", "resume"}) {
      FlowppProcess none = FlowppProcess.start(workspace, OFFLINE, "sweep", command, "begum");
      assertThat(none.exitCode()).as(command).isEqualTo(2);
      assertThat(none.err()).contains("begum: there is no sweep of this name; there are: begun");
    }
  }

  @Test
  void aSweepIsForgottenOnlyWhereThatIsSaid() throws Exception {
    FlowppProcess asked = FlowppProcess.start(workspace, OFFLINE, "sweep", "rm", "begun");
    assertThat(asked.exitCode()).isEqualTo(2);
    assertThat(trials()).hasSize(4);
    FlowppProcess said = FlowppProcess.start(workspace, OFFLINE, "sweep", "rm", "begun", "--yes");
    assertThat(said.exitCode()).as(said.err()).isZero();
    try (Ledger ledger = Ledgers.open(workspace, Map.of())) {
      assertThat(ledger.sweeps()).isEmpty();
    }
  }

  private static final Map<String, String> OFFLINE = Map.of("FLOWPP_OFFLINE", "1");

  private JsonNode trials() throws Exception {
    return SweepFixture.done(SweepFixture.sweep(workspace, Map.of(), "status", "begun"))
        .path("trials");
  }
}
