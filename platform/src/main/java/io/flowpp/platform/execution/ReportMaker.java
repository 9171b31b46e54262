package io.flowpp.platform.execution;

import io.flowpp.platform.config.ConfigText;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.data.PreparedData;
import io.flowpp.platform.report.ReportFiles;
import io.flowpp.platform.report.ReportInput;
import io.flowpp.platform.report.ReportWriter;
import io.flowpp.platform.report.Summary;
import io.flowpp.platform.stage.Evaluated;
import io.flowpp.platform.stage.EvaluationFiles;
import io.flowpp.platform.stage.PreparedImages;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageResult;
import io.flowpp.platform.stage.TrainingCurve;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the report of a whole run from the outputs of its stages. */
final class ReportMaker {
  static final String SUMMARY = "summary.txt";

  private final ReportWriter writer;

  @Inject
  ReportMaker(ReportWriter writer) {
    this.writer = writer;
  }

  /**
   * Puts together what a report shows.
   *
   * @param outputs the directories of the stages that have one
   */
  ReportInput input(
      LoadedExperiment experiment,
      RunRecord record,
      Map<StageName, Path> outputs,
      Map<String, Double> metrics,
      Instant finished)
      throws IOException {
    Path prepared = required(outputs, StageName.PREPARE_DATA);
    Path evaluated = required(outputs, StageName.EVALUATE);
    PreparedImages images = StageResult.read(prepared, PreparedImages.class);
    Evaluated evaluation = StageResult.read(evaluated, Evaluated.class);
    EvaluationFiles files = EvaluationFiles.read(evaluated, evaluation);
    return new ReportInput(
        run(experiment, record, finished),
        experiment.config().model(),
        new ReportInput.Data(
            DataSetName.of(Identities.folder(experiment)),
            images.digest(),
            images.train(),
            images.validation(),
            images.test()),
        stages(record),
        evaluation.floors(),
        new ReportInput.Evaluation(evaluation.samples(), evaluation.images()),
        ReportInput.metrics(metrics),
        curve(required(outputs, StageName.TRAIN_FLOW)),
        curve(outputs.get(StageName.PRETRAIN_DEQUANTIZER)),
        files.test(),
        PreparedData.open(prepared).test(),
        files.samples(),
        files.reconstructions(),
        versions(record.environment()));
  }

  ReportFiles write(ReportInput input, Path directory) throws IOException {
    return writer.write(input, directory);
  }

  /** The end of the run for a terminal; later runs that find everything cached show it again. */
  void summary(ReportInput input, RunRecord.Tracking tracking, Path report) throws IOException {
    ReportInput.Run run = input.run();
    ReportInput now =
        new ReportInput(
            new ReportInput.Run(
                run.name(),
                run.id(),
                run.seed(),
                run.config(),
                run.command(),
                run.finished(),
                tracking.uri(),
                tracking.page()),
            input.model(),
            input.data(),
            input.stages(),
            input.floors(),
            input.evaluation(),
            input.metrics(),
            input.training(),
            input.pretraining(),
            input.scores(),
            input.test(),
            input.samples(),
            input.reconstructions(),
            input.versions());
    Files.writeString(report.resolveSibling(SUMMARY), Summary.render(now, report.toString()));
  }

  private static ReportInput.Versions versions(Map<String, String> environment) {
    return new ReportInput.Versions(
        environment.getOrDefault("flowpp", "unknown"),
        environment.getOrDefault("java", "unknown"),
        environment.getOrDefault("libtorch", "unknown"),
        environment.get("git.commit"));
  }

  private static ReportInput.Run run(
      LoadedExperiment experiment, RunRecord record, Instant finished) {
    return new ReportInput.Run(
        record.name(),
        record.runId(),
        record.seed(),
        ConfigText.of(experiment),
        record.environment().getOrDefault("command", "flowpp run"),
        finished,
        record.tracking().uri(),
        record.tracking().page());
  }

  private static List<ReportInput.Stage> stages(RunRecord record) {
    return record.stages().stream()
        .map(s -> new ReportInput.Stage(s.name(), s.key(), s.status(), s.seconds()))
        .toList();
  }

  private static ReportInput.Curve curve(@Nullable Path output) throws IOException {
    if (output == null) {
      return ReportInput.Curve.EMPTY;
    }
    TrainingCurve curve = TrainingCurve.read(output);
    return new ReportInput.Curve(curve.steps(), curve.validations());
  }

  private static Path required(Map<StageName, Path> outputs, StageName stage) {
    Path output = outputs.get(stage);
    if (output == null) {
      throw new IllegalStateException("a report needs the output of " + stage.id());
    }
    return output;
  }
}
