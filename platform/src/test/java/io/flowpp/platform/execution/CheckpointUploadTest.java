package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowpp.platform.device.Compute;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.tracking.Journals;
import io.flowpp.platform.tracking.RunHistory;
import io.flowpp.platform.tracking.RunStart;
import io.flowpp.platform.tracking.Tracker;
import io.flowpp.platform.tracking.TrackerFactory;
import io.flowpp.platform.tracking.TrackingModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointUploadTest {
  private static final int STEPS = 40;

  @TempDir Path directory;
  private Path scratch = Path.of("unset");
  private Path output = Path.of("unset");

  @BeforeEach
  void trained() throws IOException {
    scratch = Files.createDirectories(directory.resolve("scratch"));
    output = Files.createDirectories(directory.resolve("output"));
    StageJson.writeFile(
        output.resolve("result.json"),
        new TrainedWeights("0123", STEPS, 0, 1, new Compute("cpu", 1), Map.of()));
    Files.writeString(output.resolve("curve.csv"), "step,bpd,grad_norm,lr,images_per_second\n");
    for (int step : List.of(10, 20, 30, 40, 50)) { // the last is of a longer training
      checkpoint(step, "state at " + step);
    }
  }

  @Test
  void theLastAndTheBestOfThoseThatAreThereAreUploaded() throws IOException {
    // The best of all, at 15, left no checkpoint, and one was not finite.
    validations("15,3.0", "20,3.5", "10,NaN", "30,3.6", "40,4.0");
    CheckpointUpload.Index index = upload(2);
    assertThat(index.best()).isEqualTo(20);
    assertThat(steps(index)).containsExactly(20, 30, 40);
  }

  @Test
  void theBestThatIsAmongTheLastIsUploadedOnce() throws IOException {
    validations("20,3.5", "40,3.2");
    CheckpointUpload.Index index = upload(1);
    assertThat(index.best()).isEqualTo(40);
    assertThat(steps(index)).containsExactly(40);
  }

  @Test
  void withoutValidationsTheLastAreUploaded() throws IOException {
    validations();
    CheckpointUpload.Index index = upload(3);
    assertThat(index.best()).isNull();
    assertThat(steps(index)).containsExactly(20, 30, 40);
  }

  @Test
  void equalFilesAreUploadedOnceAndTheListSaysWhere() throws IOException {
    validations("40,3.2");
    checkpoint(30, "equal");
    checkpoint(40, "equal");
    CheckpointUpload.Index index = upload(2);
    assertThat(index.checkpoints())
        .extracting(uploaded -> uploaded.files().get("state"))
        .containsExactly("checkpoints/step-00000030/state", "checkpoints/step-00000030/state");
    assertThat(index.checkpoints().get(1).files().get("name"))
        .isEqualTo("checkpoints/step-00000040/name");
    assertThat(uploaded())
        .containsExactlyInAnyOrder(
            "checkpoints/checkpoints.json",
            "checkpoints/step-00000030/name",
            "checkpoints/step-00000030/state",
            "checkpoints/step-00000040/name");
  }

  private void checkpoint(int step, String state) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(String.format("step-%08d", step)));
    Files.writeString(folder.resolve("state"), state);
    Files.writeString(folder.resolve("name"), folder.toString());
  }

  private void validations(String... stepAndBits) throws IOException {
    StringBuilder text = new StringBuilder("step,bpd,dequantizer_entropy\n");
    for (String one : stepAndBits) {
      text.append(one).append(",1.0\n");
    }
    Files.writeString(output.resolve("validations.csv"), text);
  }

  private CheckpointUpload.Index upload(int last) throws IOException {
    Path list = directory.resolve("checkpoints.json");
    try (Tracker tracker = tracking().getInstance(TrackerFactory.class).open("tests", journal())) {
      new CheckpointUpload(
              tracker.start(new RunStart("r", "run", null, Map.of(), Map.of())),
              scratch,
              last,
              list)
          .tell(output);
    }
    return StageJson.readFile(list, CheckpointUpload.Index.class);
  }

  private static List<Integer> steps(CheckpointUpload.Index index) {
    return index.checkpoints().stream().map(CheckpointUpload.Uploaded::step).toList();
  }

  private List<String> uploaded() {
    return tracking().getInstance(Journals.class).runs(journal()).get(0).artifacts().stream()
        .map(RunHistory.Artifact::path)
        .toList();
  }

  private Path journal() {
    return directory.resolve("journals").resolve("r");
  }

  private Injector tracking() {
    return Guice.createInjector(
        new TrackingModule(directory, Map.of("FLOWPP_OFFLINE", "1")),
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(Clock.class).toInstance(Clock.systemUTC());
          }
        });
  }
}
