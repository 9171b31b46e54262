package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.stage.PreparedImages;
import io.flowpp.platform.stage.StageName;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunNoteTest {
  private static final String COMMAND =
      "./flowpp run experiments/smoke.yaml 'tracking.experiment=two words' training.steps=30 seed=4 evaluation.images=8";

  @Test
  void theAnswerComesFirstAndTheLinksLeadToTheRunsOwnPage() {
    String note = note(Map.of()).finished(Map.of("test/bpd", 3.25, "floor/order0", 4.9));
    assertThat(note)
        .startsWith("**3.2500 bits/dim** on the test images · [report](mlflow-run:/artifacts/")
        .contains("| floor: one histogram | 4.9000 |");
  }

  @Test
  void aLongCommandIsFoldedSoThatItCanBeGivenAsItStands() {
    String note = note(Map.of("git.commit", "0123456789abcdef", "git.dirty", "true")).begun();
    assertThat(note)
        .contains("git checkout 0123456789\n", "'tracking.experiment=two words'")
        .contains("changes that are in no commit");
    assertThat(note.replace(" \\\n   ", "")).contains(COMMAND);
    assertThat(note.lines().filter(line -> line.contains("flowpp run")).findFirst().orElseThrow())
        .endsWith("\\");
  }

  @Test
  void theNoteOfAStageHasItsFiguresAndHowToRepeatIt() {
    String figures = StageTelling.prepared(new PreparedImages("0123456789abcdef", 1200, 30, 45));
    String note =
        note(Map.of("git.commit", "0123456789abcdef")).stage(StageName.PREPARE_DATA, figures);
    assertThat(note)
        .startsWith("**1,200** images to train with, **30** to validate with, **45** to test with")
        .contains("`0123456789ab`", "Raw images to checked shards.", "To repeat it:")
        .contains("git checkout 0123456789\n");
    for (StageName stage : StageName.values()) {
      assertThat(note(Map.of()).stage(stage, "")).contains("./flowpp run experiments/smoke.yaml");
    }
  }

  private static RunNote note(Map<String, String> more) {
    Map<String, String> environment = new TreeMap<>(more);
    environment.put("command", COMMAND);
    return new RunNote(TinyExperiment.config(Path.of("images")), environment);
  }
}
