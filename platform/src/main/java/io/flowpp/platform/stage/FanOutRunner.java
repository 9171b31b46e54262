package io.flowpp.platform.stage;

import io.flowpp.platform.device.Compute;
import io.flowpp.platform.workspace.StageLock;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Does stages of many units in three moves: {@link #split} once, {@link #runUnit} anywhere and in
 * any order, {@link #finish} once. A unit's part is kept in scratch until the stage has an output,
 * so that a stage that was interrupted does not do it again.
 */
public final class FanOutRunner {
  private static final String PARTS = "parts";

  private final StageServices services;
  private final StageDesk desk;

  @Inject
  FanOutRunner(StageServices services, StageDesk desk) {
    this.services = services;
    this.desk = desk;
  }

  /** To be held from before {@link #split} until after {@link #finish}. */
  public StageLock lock(StageCall call) {
    return desk.lock(call);
  }

  public boolean isPublished(StageCall call) {
    return desk.isPublished(call);
  }

  /** Cuts the stage, and tells how many of its units an earlier process has left. */
  public List<UnitCall> split(StageCall call) {
    List<String> units = units(stage(call), call);
    List<UnitCall> calls = new ArrayList<>();
    int done = 0;
    for (int i = 0; i < units.size(); i++) {
      UnitCall unit = new UnitCall(call, i, units.get(i));
      calls.add(unit);
      done += Files.exists(part(unit)) ? 1 : 0;
    }
    desk.channel(call).events().accept(new StageEvent.Started(done, units.size(), "part"));
    return calls;
  }

  public UnitOutcome runUnit(UnitCall unit) {
    StageOutcome outcome =
        StageOutcome.of(
            unit.call().stage(),
            () -> {
              desk.requireReachable(unit.call());
              if (Files.exists(part(unit))) {
                return StageStatus.CACHED;
              }
              desk.channel(unit.call()).cancellation().check();
              compute(stage(unit.call()), unit);
              return StageStatus.RAN;
            });
    if (outcome.status() == StageStatus.RAN) {
      desk.channel(unit.call()).events().accept(new StageEvent.UnitDone(unit.index()));
    }
    return new UnitOutcome(unit.index(), outcome.status(), outcome.failure());
  }

  /** The stage's outcome from those of all its units; publishes where none is missing. */
  public StageOutcome finish(StageCall call, List<UnitOutcome> outcomes) {
    for (UnitOutcome outcome : outcomes) {
      if (outcome.status() == StageStatus.FAILED) {
        return new StageOutcome(StageStatus.FAILED, 0, outcome.failure());
      }
    }
    return StageOutcome.of(
        call.stage(),
        () -> {
          desk.requireReachable(call);
          if (outcomes.stream().anyMatch(o -> o.status() == StageStatus.CANCELLED)) {
            throw new StageCancelledException();
          }
          combine(stage(call), call, outcomes);
          boolean resumed = outcomes.stream().anyMatch(o -> o.status() == StageStatus.CACHED);
          return resumed ? StageStatus.RESUMED : StageStatus.RAN;
        });
  }

  /** Frees what units of this process kept for the next one. */
  public void rest() {
    services
        .all()
        .forEach(
            stage -> {
              if (stage instanceof Stage.FanOut<?, ?, ?, ?> fanOut) {
                fanOut.rest();
              }
            });
  }

  private <I, U, P, O extends StageOutput> List<String> units(
      Stage.FanOut<I, U, P, O> stage, StageCall call) {
    I input = StageJson.read(call.input(), stage.inputType());
    return stage.split(input).stream().map(StageJson::write).toList();
  }

  private <I, U, P, O extends StageOutput> void compute(
      Stage.FanOut<I, U, P, O> stage, UnitCall unit) {
    StageCall call = unit.call();
    I input = StageJson.read(call.input(), stage.inputType());
    U work = StageJson.read(unit.unit(), stage.unitType());
    desk.onDevice(
        call,
        stage,
        lease -> {
          Path scratch = desk.scratch(call);
          P part = stage.runUnit(input, work, context(call, scratch, lease.compute()));
          try {
            Files.createDirectories(part(unit).getParent());
            StageJson.writeFile(part(unit), part);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return true;
        });
  }

  private <I, U, P, O extends StageOutput> void combine(
      Stage.FanOut<I, U, P, O> stage, StageCall call, List<UnitOutcome> outcomes) {
    I input = StageJson.read(call.input(), stage.inputType());
    List<P> parts =
        outcomes.stream()
            .sorted(Comparator.comparingInt(UnitOutcome::index))
            .map(outcome -> read(part(call, outcome.index()), stage.partType()))
            .toList();
    Compute compute = new Compute("cpu", 1); // puts together what others have computed
    desk.publish(call, output -> stage.combine(input, parts, context(call, output, compute)));
    StageDesk.delete(desk.scratch(call));
  }

  private Stage.FanOut<?, ?, ?, ?> stage(StageCall call) {
    if (services.get(call.stage()) instanceof Stage.FanOut<?, ?, ?, ?> stage) {
      return stage;
    }
    throw new IllegalStateException(call.stage() + " has no units");
  }

  private StageContext context(StageCall call, Path output, Compute compute) {
    Channels.Channel channel = desk.channel(call);
    return new StageContext(
        output,
        desk.scratch(call),
        () -> desk.scratch(call),
        channel.events(),
        channel.cancellation(),
        compute);
  }

  private Path part(UnitCall unit) {
    return part(unit.call(), unit.index());
  }

  private Path part(StageCall call, int index) {
    return desk.scratch(call).resolve(PARTS).resolve(index + ".json");
  }

  private static <T> T read(Path file, Class<T> type) {
    try {
      return StageJson.readFile(file, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
