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
import io.flowpp.platform.stage.TrainingPictures;
import io.flowpp.platform.tracking.TrackedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells the tracker what the outputs of stages say; telling the same twice changes nothing. */
final class StageTelling {
  private static final int DATASET_DIGEST = 36;
  private static final int SHOWN_DIGEST = 12;

  private final LoadedExperiment experiment;
  private final ExperimentConfig config;
  private final RunTracking tracking;
  private final RunNote note;

  /**
   * @param environment as {@link Surroundings} tells it
   */
  StageTelling(LoadedExperiment experiment, RunTracking tracking, Map<String, String> environment) {
    this.experiment = experiment;
    this.config = experiment.config();
    this.tracking = tracking;
    this.note = new RunNote(config, environment);
  }

  /** What is known before the first stage. */
  void begun() {
    tracking.parent().tag(TrackedRun.NOTE, note.begun());
  }

  void begun(StageName stage, TrackedRun run) {
    run.tag(TrackedRun.NOTE, note.stage(stage, ""));
  }

  CurveReporter curve(StageName stage, TrackedRun run) {
    TrackedRun whole = stage == StageName.TRAIN_FLOW ? tracking.parent() : null;
    return new CurveReporter(run, whole, steps(stage));
  }

  /** Everything that a stage's output holds for its own run. */
  void output(StageName stage, TrackedRun run, Path output) {
    switch (stage) {
      case PREPARE_DATA -> {
        data(run, output);
        data(tracking.parent(), output);
        run.tag(
            TrackedRun.NOTE,
            note.stage(stage, prepared(StageResult.read(output, PreparedImages.class))));
      }
      case PRETRAIN_DEQUANTIZER, TRAIN_FLOW -> {
        TrainedWeights trained = StageResult.read(output, TrainedWeights.class);
        try {
          curve(stage, run)
              .whole(
                  TrainingCurve.read(output),
                  TrainingIncidents.read(output),
                  TrainingPictures.read(output));
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read the curve in " + output, e);
        }
        if (stage == StageName.TRAIN_FLOW) {
          best(run, trained); // a pretraining's bound is that of another flow
        }
        run.tag(TrackedRun.NOTE, note.stage(stage, trained(trained)));
        counts(run, trained);
        run.tag("flowpp.weights_sha256", trained.weightsSha256());
        run.tag("flowpp.device", trained.compute().device());
        run.tag("flowpp.threads", String.valueOf(trained.compute().threads()));
        run.artifact(TrainedWeights.in(output), "checkpoints/final-ema.safetensors");
      }
      case EVALUATE -> {
        Evaluated evaluated = StageResult.read(output, Evaluated.class);
        run.metrics(evaluated.metrics(), finalStep());
        run.tag(TrackedRun.NOTE, note.stage(stage, evaluated(evaluated)));
      }
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

  static String prepared(PreparedImages images) {
    return String.format(
        Locale.ROOT,
        "**%,d** images to train with, **%,d** to validate with, **%,d** to test with; digest `%s`",
        images.train(),
        images.validation(),
        images.test(),
        images.digest().substring(0, SHOWN_DIGEST));
  }

  private static String trained(TrainedWeights trained) {
    Double best = trained.metrics().get("best/val_bpd");
    return String.format(
        Locale.ROOT,
        "%s%,d steps in %.0f s on %s, %.1f images/s",
        best == null ? "" : "Best validation **" + RunNote.bits(best) + " bits/dim**. ",
        trained.steps(),
        trained.seconds(),
        trained.compute().device(),
        trained.metrics().getOrDefault("perf/images_per_second", Double.NaN));
  }

  private static String evaluated(Evaluated evaluated) {
    return String.format(
        Locale.ROOT,
        "**%s bits/dim** on %,d test images, %d importance samples each.",
        RunNote.bits(evaluated.metrics().getOrDefault("test/bpd", Double.NaN)),
        evaluated.images(),
        evaluated.samples());
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
    parent.tag(TrackedRun.NOTE, note.finished(metrics));
    parent.artifact(files.html(), "report.html");
    parent.artifact(files.perImage(), "per-image.csv");
    parent.artifact(files.samples(), "samples.png");
    parent.artifact(files.reconstructions(), "figures/reconstructions.png");
    parent.artifact(files.curves(), "figures/curves.png");
    pictures(parent, files, outputs);
    tracking.known(StageName.EVALUATE).ifPresent(run -> pictures(run, files, outputs));
    String model = config.tracking().register();
    if (model != null) {
      Path weights = TrainedWeights.in(Objects.requireNonNull(outputs.get(StageName.TRAIN_FLOW)));
      parent.artifact(weights, RunModels.FOLDER + "/" + weights.getFileName());
      parent.register(RunModels.version(model, note, metrics, tags(outputs)));
    }
  }

  /**
   * On the run of the evaluation too: the page writes all parameters of a run above its pictures,
   * and that run has few.
   */
  private void pictures(TrackedRun run, ReportFiles files, Map<StageName, Path> outputs) {
    run.image("samples", finalStep(), files.samples());
    run.image("reconstructions", finalStep(), files.reconstructions());
    TrainingPictures.read(Objects.requireNonNull(outputs.get(StageName.TRAIN_FLOW)))
        .forEach((step, file) -> run.image(CurveReporter.PICTURES, step, file));
  }

  private Map<String, String> tags(Map<StageName, Path> outputs) {
    Map<String, String> tags = new TreeMap<>();
    tags.put(RunModels.RUN_ID, tracking.runId());
    tags.put("flowpp.weights_sha256", weights(outputs));
    tags.put("flowpp.data_digest", dataDigest(outputs));
    return tags;
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
    shape.put("num_rows", images.size()); // these two the page of a data set shows
    shape.put("num_elements", (long) images.size() * images.shape().dimensions());
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
