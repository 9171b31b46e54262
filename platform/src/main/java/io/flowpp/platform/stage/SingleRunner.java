package io.flowpp.platform.stage;

import io.flowpp.platform.workspace.StageLock;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Does stages of one piece: a finished output is the answer; else, under the stage's lock, the work
 * goes on from what scratch holds, and the output is published as a whole. May be asked twice for
 * one stage, by the same process or another.
 */
public final class SingleRunner {
  private final StageServices services;
  private final StageDesk desk;

  @Inject
  SingleRunner(StageServices services, StageDesk desk) {
    this.services = services;
    this.desk = desk;
  }

  public StageOutcome run(StageCall call) {
    return StageOutcome.of(
        call.stage(),
        () -> {
          desk.requireReachable(call);
          if (!(services.get(call.stage()) instanceof Stage.Single<?, ?> stage)) {
            throw new IllegalStateException(call.stage() + " is not of one piece");
          }
          try (StageLock lock = desk.lock(call)) {
            return desk.isPublished(call) ? StageStatus.CACHED : work(stage, call);
          }
        });
  }

  private <I, O extends StageOutput> StageStatus work(Stage.Single<I, O> stage, StageCall call) {
    I input = StageJson.read(call.input(), stage.inputType());
    AtomicBoolean resumed = new AtomicBoolean();
    Consumer<StageEvent> events =
        event -> {
          if (event instanceof StageEvent.Started started && started.done() > 0) {
            resumed.set(true);
          }
          desk.channel(call).events().accept(event);
        };
    desk.onDevice(
        call,
        stage,
        lease -> {
          desk.publish(
              call,
              output ->
                  stage.run(
                      input,
                      new StageContext(
                          output,
                          desk.scratch(call),
                          () -> desk.ownScratch(call),
                          events,
                          desk.channel(call).cancellation(),
                          lease.compute())));
          return true;
        });
    return resumed.get() ? StageStatus.RESUMED : StageStatus.RAN;
  }
}
