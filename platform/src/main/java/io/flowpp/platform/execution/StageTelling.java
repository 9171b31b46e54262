package io.flowpp.platform.execution;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.PretrainingSpec;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.data.PreparedData;
import io.flowpp.platform.report.ReportFiles;
import io.flowpp.platform.stage.Evaluated;
import io.flowpp.platform.stage.PreparedImages;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageResult;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.stage.TrainingCurve;
import io.flowpp.platform.stage.TrainingIncidents;
import io.flowpp.platform.tracking.TrackedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells the tracker what the outputs of stages say; telling the same twice changes nothing. */
final class StageTelling {
  private static final int DATASET_DIGEST = 36;

  private final LoadedExperiment experiment;
  private final ExperimentConfig config;
  private final RunTracking tracking;

  StageTelling(LoadedExperiment experiment, RunTracking tracking) {
    this.experiment = experiment;
    this.config = experiment.config();
    this.tracking = tracking;
  }

  CurveReporter curve(StageName stage, TrackedRun run) {
    return new CurveReporter(run, steps(stage));
  }

  /** Everything that a stage's output holds for its own run. */
  void output(StageName stage, TrackedRun run, Path output) {
    switch (stage) {
      case PREPARE_DATA -> {
        data(run, output);
        data(tracking.parent(), output);
      }
      case PRETRAIN_DEQUANTIZER, TRAIN_FLOW -> {
        TrainedWeights trained = StageResult.read(output, TrainedWeights.class);
        try {
          curve(stage, run).whole(TrainingCurve.read(output), TrainingIncidents.read(output));
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read the curve in " + output, e);
        }
        best(run, trained);
        counts(run, trained);
        run.tag("flowpp.weights_sha256", trained.weightsSha256());
        run.tag("flowpp.device", trained.compute().device());
        run.tag("flowpp.threads", String.valueOf(trained.compute().threads()));
        run.artifact(TrainedWeights.in(output), "checkpoints/final-ema.safetensors");
      }
      case EVALUATE ->
          run.metrics(StageResult.read(output, Evaluated.class).metrics(), finalStep());
    }
  }

  /** Null where the stage is no training, or this process did nothing of it. */
  @Nullable Double trackingShare(StageName stage, TrackedRun run, TrackingTime time) {
    OptionalDouble share = time.share();
    if (steps(stage) == 0 || share.isEmpty()) {
      return null;
    }
    run.metric("perf/tracking_share", share.getAsDouble(), steps(stage));
    return share.getAsDouble();
  }

  /** Adds what the stage contributes to the metrics of the whole run. */
  void metrics(StageName stage, Path output, Map<String, Double> all) {
    if (stage == StageName.TRAIN_FLOW) {
      all.putAll(StageResult.read(output, TrainedWeights.class).metrics());
    } else if (stage == StageName.EVALUATE) {
      all.putAll(StageResult.read(output, Evaluated.class).metrics());
    }
  }

  /** What people look at first, on the run that they see first. */
  void report(ReportFiles files, Map<StageName, Path> outputs, Map<String, Double> metrics) {
    TrackedRun parent = tracking.parent();
    Map<String, Double> shown = new TreeMap<>(metrics);
    shown.keySet().removeIf(name -> name.startsWith("train/") || name.startsWith("val/"));
    parent.metrics(shown, finalStep());
    parent.tag("flowpp.weights_sha256", weights(outputs));
    parent.tag("flowpp.data_digest", dataDigest(outputs));
    parent.tag("mlflow.note.content", note(metrics));
    parent.artifact(files.html(), "report.html");
    parent.artifact(files.perImage(), "per-image.csv");
    parent.artifact(files.samples(), "samples.png");
    parent.artifact(files.reconstructions(), "reconstructions.png");
    parent.artifact(files.curves(), "curves.png");
    parent.image("samples", finalStep(), files.samples());
    parent.image("reconstructions", finalStep(), files.reconstructions());
  }

  String weights(Map<StageName, Path> outputs) {
    Path output = Objects.requireNonNull(outputs.get(StageName.TRAIN_FLOW));
    return StageResult.read(output, TrainedWeights.class).weightsSha256();
  }

  String dataDigest(Map<StageName, Path> outputs) {
    Path output = Objects.requireNonNull(outputs.get(StageName.PREPARE_DATA));
    return StageResult.read(output, PreparedImages.class).digest();
  }

  private void data(TrackedRun run, Path output) {
    PreparedData data = PreparedData.open(output);
    run.tag("flowpp.data_digest", data.digest());
    dataset(run, data, "train", data.train());
    dataset(run, data, "validation", data.validation());
    dataset(run, data, "test", data.test());
  }

  private void dataset(TrackedRun run, PreparedData data, String split, ImageSource images) {
    String name = DataSetName.of(Identities.folder(experiment));
    Map<String, Object> shape = new TreeMap<>();
    shape.put("images", images.size());
    shape.put("height", images.shape().height());
    shape.put("width", images.shape().width());
    shape.put("channels", images.shape().channels());
    shape.put("bits", images.bits());
    run.dataset(
        name + "-" + split,
        data.digest().substring(0, DATASET_DIGEST),
        split,
        config.data().source(),
        StageJson.write(shape));
  }

  /** Also where they are 0: it says that nothing was skipped. */
  private static void counts(TrackedRun run, TrainedWeights trained) {
    for (String count : List.of("train/skipped", "train/returns")) {
      run.metric(count, trained.metrics().getOrDefault(count, 0.), trained.steps());
    }
  }

  private static void best(TrackedRun run, TrainedWeights trained) {
    Double best = trained.metrics().get("best/val_bpd");
    if (best != null) {
      run.metric("best/val_bpd", best, trained.steps());
    }
  }

  private String note(Map<String, Double> metrics) {
    StringBuilder note = new StringBuilder();
    note.append("**").append(config.name()).append("**, seed ").append(config.seed());
    note.append(", ").append(experiment.config().training().steps()).append(" steps\n\n");
    note.append("| bits/dim | |\n|---|---|\n");
    row(note, "test, importance-weighted", metrics.get("test/bpd"));
    row(note, "test, one sample", metrics.get("test/bpd_elbo"));
    row(note, "train, same bound", metrics.get("final/train_bpd"));
    row(note, "floor: left neighbour", metrics.get("floor/left_neighbour"));
    row(note, "floor: one histogram", metrics.get("floor/order0"));
    double skipped = metrics.getOrDefault("train/skipped", 0.);
    if (skipped > 0) {
      note.append(
          String.format(
              java.util.Locale.ROOT,
              "%n%.0f steps were not finite and were skipped; the training went back to a checkpoint %.0f times. The run of train-flow says why.%n",
              skipped,
              metrics.getOrDefault("train/returns", 0.)));
    }
    return note.append("\nreport.html is among the artifacts.\n").toString();
  }

  private static void row(
      StringBuilder note, String name, @org.jspecify.annotations.Nullable Double value) {
    if (value != null) {
      note.append(String.format(java.util.Locale.ROOT, "| %s | %.4f |%n", name, value));
    }
  }

  private int finalStep() {
    return config.training().steps();
  }

  private int steps(StageName stage) {
    if (stage == StageName.TRAIN_FLOW) {
      return config.training().steps();
    }
    if (stage == StageName.PRETRAIN_DEQUANTIZER) {
      PretrainingSpec pretraining = config.pretraining();
      if (pretraining instanceof PretrainingSpec.TowardsUniform uniform) {
        return uniform.training().steps();
      }
      if (pretraining instanceof PretrainingSpec.WithProxy proxy) {
        return proxy.training().steps();
      }
    }
    return 0;
  }
}
