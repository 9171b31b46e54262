package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.core.spec.ModelPicture;
import io.flowpp.core.spec.ModelTable;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.Plan;
import io.flowpp.platform.execution.PlannedStage;
import io.flowpp.platform.execution.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowpp plan}: what running an experiment would do, without doing it. */
@Command(
    name = "plan",
    description =
        "Show what running an experiment would do: model, memory, stages, what is cached.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private Experiment experiment = new Experiment();

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw the model into FILE.")
  private @Nullable Path svg;

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Answer(
      String name,
      @Nullable String runId,
      Parameters parameters,
      List<Stage> stages,
      String memory,
      long memoryBytes) {
    record Parameters(long total, long dequantizer, long flow) {}

    record Stage(String name, @Nullable String key, boolean cached, boolean skipped) {}

    static Answer of(Plan plan) {
      return new Answer(
          plan.name(),
          plan.runId(),
          new Parameters(
              plan.parameters().total(), plan.parameters().dequantizer(), plan.parameters().flow()),
          plan.stages().stream().map(Answer::stage).toList(),
          plan.mode().name().toLowerCase(Locale.ROOT),
          plan.memory().total());
    }

    private static Stage stage(PlannedStage stage) {
      String key = stage.key() == null ? null : stage.key().digest();
      return new Stage(stage.stage().id(), key, stage.cached(), stage.skipped());
    }
  }

  @Override
  public Integer call() {
    LoadedExperiment loaded = ExperimentLoader.load(experiment.file(), experiment.overrides());
    Path workspace = Places.workspace();
    Planner planner =
        Guice.createInjector(new PlatformModule(workspace, System.getenv()))
            .getInstance(Planner.class);
    Plan plan = planner.plan(loaded);
    if (svg != null) {
      draw(loaded, svg);
    }
    output.result(Answer.of(plan), answer -> text(loaded, answer));
    return ExitCode.DONE.number();
  }

  private static void draw(LoadedExperiment experiment, Path target) {
    try {
      Files.writeString(target, ModelPicture.svg(experiment.config().model()));
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "unwritable-file",
          "cannot be written: " + e.getMessage(),
          target.toString(),
          "name a file in a folder that exists",
          e);
    }
  }

  private static String text(LoadedExperiment experiment, Answer answer) {
    StringBuilder text = new StringBuilder();
    text.append(answer.name());
    text.append(answer.runId() == null ? "" : "  (run " + answer.runId() + ")").append("\n\n");
    text.append(ModelTable.of(experiment.config().model()).render()).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "%,d parameters (dequantizer %,d, flow %,d), about %,d MB while training (memory: %s)%n%n",
            answer.parameters().total(),
            answer.parameters().dequantizer(),
            answer.parameters().flow(),
            answer.memoryBytes() >> 20,
            answer.memory()));
    for (Answer.Stage stage : answer.stages()) {
      String key = stage.key() == null ? "raw data absent" : stage.key().substring(0, 12);
      String state = stage.skipped() ? "skipped" : stage.cached() ? "cached" : "to do";
      text.append(String.format(Locale.ROOT, "%-22s %-16s %s%n", stage.name(), key, state));
    }
    return text.toString();
  }
}
