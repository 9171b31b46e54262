package io.flowpp.platform.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.core.train.TrainingListener.Return;
import io.flowpp.core.train.TrainingListener.Skip;
import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StageKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver and its workers, each with channels of its own as separate processes have. */
class ChannelFolderTest {
  @TempDir private Path run;
  private final List<StageEvent> heard = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  void everyEventArrivesInItsWorkersOrderAndTheFolderGoes() {
    List<StageEvent> told =
        List.of(
            new StageEvent.Started(3, 9, "step"),
            new StageEvent.Progress(4, 9),
            new StageEvent.UnitDone(2),
            new StageEvent.Stepped(new Step(4, 3.25, Double.NaN, 1e-3, 100)),
            new StageEvent.Validated(new Validation(4, 3.5, Double.POSITIVE_INFINITY)),
            new StageEvent.Skipped(new Skip(5, "the größte\nlayer", 1, 1)),
            new StageEvent.Returned(new Return(5, 4, .5, 1, "why")),
            new StageEvent.Noticed("\"quoted\""),
            new StageEvent.Pictured(4, run.resolve("picture.png")),
            new StageEvent.Checkpointed(4),
            new StageEvent.Waiting("for another"));
    try (ChannelFolder folder = open()) {
      Channels.Channel worker = new Channels().get(call());
      told.forEach(worker.events());
      assertThat(worker.cancellation().isCancelled()).isFalse();
      assertThat(folder.isBroken()).isFalse();
    }
    assertThat(heard).isEqualTo(told);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void manyWorkersAreHeardAtOnce() throws InterruptedException {
    try (ChannelFolder folder = open()) {
      List<Thread> workers = new java.util.ArrayList<>();
      for (int w = 0; w < 4; w++) {
        Channels.Channel worker = new Channels().get(call());
        int first = w * 500;
        workers.add(
            new Thread(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    worker.events().accept(new StageEvent.UnitDone(first + i));
                  }
                }));
      }
      workers.forEach(Thread::start);
      for (Thread worker : workers) {
        worker.join();
      }
      assertThat(folder.isBroken()).isFalse();
    }
    assertThat(heard).doesNotHaveDuplicates().hasSize(2000);
  }

  @Test
  void theWishToStopReachesTheWorker() throws InterruptedException {
    try (ChannelFolder folder = open()) {
      Channels.Channel worker = new Channels().get(call());
      stop.set(true);
      while (!worker.cancellation().isCancelled()) {
        Thread.sleep(10);
      }
      assertThat(folder.isBroken()).isFalse();
    }
  }

  @Test
  void aWorkerWhoseDriverHasGoneStops() {
    Channels.Channel worker;
    try (ChannelFolder folder = open()) {
      worker = new Channels().get(call());
      assertThat(folder.isBroken()).isFalse();
    }
    worker.events().accept(new StageEvent.UnitDone(1));
    assertThat(worker.cancellation().isCancelled()).isTrue();
    assertThat(heard).isEmpty();
  }

  @Test
  void aListenerThatFailsStopsTheWorkersAndIsTold() {
    Channels.Channel broken =
        new Channels.Channel(
            event -> {
              throw new IllegalStateException("no room");
            },
            stop::get);
    Channels.Channel worker = new Channels().get(call());
    assertThatThrownBy(
            () -> {
              try (ChannelFolder folder = ChannelFolder.open(call(), broken)) {
                worker.events().accept(new StageEvent.UnitDone(1));
                while (!folder.isBroken()) {
                  Thread.sleep(10);
                }
                assertThat(Files.exists(ChannelFolder.of(call()).resolve(ChannelFolder.WANTED)))
                    .isFalse();
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no room");
  }

  @Test
  void aWorkerThatDoesNotSeeTheWorkspaceSaysSo() {
    StageCall elsewhere = call(run.resolve("not-mounted").resolve("x.json"));
    assertThatThrownBy(() -> new Channels().require(elsewhere))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("does not see");
    new Channels().require(call());
  }

  private ChannelFolder open() {
    return ChannelFolder.open(call(), new Channels.Channel(heard::add, stop::get));
  }

  private StageCall call() {
    return call(run.resolve("outcome.json"));
  }

  private static StageCall call(Path outcome) {
    StageKey key = new StageKey("train-flow", "a".repeat(64));
    return new StageCall(StageName.TRAIN_FLOW, key, key, "{}", "one", "cpu", 1, outcome);
  }
}
