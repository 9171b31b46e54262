package io.flowpp.platform.execution;

import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.ParameterCount;
import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.tracking.TrackedRun;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The description that people read on a run's page: what it is, its key figures, how to repeat it.
 * The page folds all but the first few lines away, so the answer comes first.
 */
final class RunNote {
  private static final int SHORT_COMMIT = 10;
  private static final int WIDTH = 70;

  /** A link opens a tab of its own, which in a fresh browser shows pages for language models. */
  private static final String TRAINING = "?workflowType=machine_learning";

  private static final Pattern WORD = Pattern.compile("(?:[^\\s']|'[^']*')+");

  private final ExperimentConfig config;
  private final Map<String, String> environment;

  /**
   * @param environment as {@link Surroundings} tells it
   */
  RunNote(ExperimentConfig config, Map<String, String> environment) {
    this.config = config;
    this.environment = environment;
  }

  /** Of a run that has no figures yet. */
  String begun() {
    return what() + "\n\n" + reproduce();
  }

  String finished(Map<String, Double> metrics) {
    StringBuilder note = new StringBuilder();
    Double bpd = metrics.get("test/bpd");
    if (bpd != null) {
      note.append("**").append(bits(bpd)).append(" bits/dim** on the test images · ");
    }
    note.append(link("report", "report.html")).append(" · ");
    note.append(link("samples", "samples.png")).append(" · ");
    note.append(link("score of each image", "per-image.csv")).append("\n\n");
    note.append(what()).append("\n\n").append(table(metrics));
    incidents(note, metrics);
    return note.append('\n').append(reproduce()).toString();
  }

  /** Of the run as a version of a registered model. */
  String model(Map<String, Double> metrics) {
    Double bpd = metrics.get("test/bpd");
    String figure = bpd == null ? "" : "**" + bits(bpd) + " bits/dim** on the test images · ";
    return figure
        + "["
        + "the run]("
        + TrackedRun.PAGE
        + TRAINING
        + ") · "
        + link("report", "report.html")
        + "\n\n"
        + what()
        + "\n\n"
        + table(metrics)
        + "\nThe weights are averaged over the training (EMA), as safetensors: `weights.safetensors`.\n\n"
        + reproduce();
  }

  /** Of a stage's run. */
  String stage(StageName stage, String outcome) {
    String does =
        switch (stage) {
          case PREPARE_DATA -> "Raw images to checked shards.";
          case PRETRAIN_DEQUANTIZER -> "A start for the dequantizer q(u|x) before the flow exists.";
          case TRAIN_FLOW ->
              "Dequantizer and flow together, by the variational bound: curves under *Model metrics*, and there at the end samples while training.";
          case EVALUATE ->
              "Test images by the importance-weighted bound; the report is on the run above.";
        };
    return (outcome.isEmpty() ? "" : outcome + "\n\n")
        + does
        + "\n\n"
        + what()
        + "\n\n"
        + reproduce();
  }

  static String bits(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private String what() {
    ParameterCount count = ParameterCount.of(config.model());
    ImageShape shape = config.model().shape();
    return String.format(
        Locale.ROOT,
        "`%s`, seed %d: %,d steps of %d images, %,d parameters, images of %dx%dx%d at %d bits",
        config.name(),
        config.seed(),
        config.training().steps(),
        config.training().batch(),
        count.total(),
        shape.height(),
        shape.width(),
        shape.channels(),
        config.model().bits());
  }

  private String table(Map<String, Double> metrics) {
    StringBuilder table = new StringBuilder("| | bits/dim |\n|---|---|\n");
    int samples = config.evaluation().samples();
    row(table, "test, importance-weighted (" + samples + " samples)", metrics.get("test/bpd"));
    row(table, "test, one sample", metrics.get("test/bpd_elbo"));
    row(table, "train, same bound", metrics.get("final/train_bpd"));
    row(table, "validation while training, best", metrics.get("best/val_bpd"));
    row(table, "floor: left neighbour", metrics.get("floor/left_neighbour"));
    row(table, "floor: one histogram a pixel", metrics.get("floor/per_pixel"));
    row(table, "floor: one histogram", metrics.get("floor/order0"));
    return table.toString();
  }

  private static void incidents(StringBuilder note, Map<String, Double> metrics) {
    double skipped = metrics.getOrDefault("train/skipped", 0.);
    if (skipped > 0) {
      note.append(
          String.format(
              Locale.ROOT,
              "%n%.0f steps were not finite and were skipped; the training went back to a checkpoint %.0f times. The run of train-flow says why.%n",
              skipped,
              metrics.getOrDefault("train/returns", 0.)));
    }
  }

  private String reproduce() {
    String commit = environment.get("git.commit");
    StringBuilder note = new StringBuilder("To repeat it:\n\n```\n");
    if (commit != null) {
      note.append("git checkout ").append(shortened(commit)).append('\n');
    }
    note.append(folded(environment.getOrDefault("command", "flowpp run"))).append("\n```\n");
    if ("true".equals(environment.get("git.dirty"))) {
      note.append("\nThe checkout had changes that are in no commit.\n");
    }
    return note.toString();
  }

  /** A long line would widen the page until its other half is out of sight. */
  private static String folded(String command) {
    StringBuilder lines = new StringBuilder();
    int width = 0;
    for (Matcher words = WORD.matcher(command); words.find(); ) {
      String word = words.group();
      if (width > 0 && width + word.length() > WIDTH) {
        lines.append(" \\\n   ");
        width = 0;
      }
      lines.append(lines.length() == 0 ? "" : " ").append(word);
      width += word.length() + 1;
    }
    return lines.toString();
  }

  private static String shortened(String commit) {
    return commit.substring(0, Math.min(SHORT_COMMIT, commit.length()));
  }

  private static String link(String text, String artifact) {
    return "[" + text + "](" + TrackedRun.PAGE + "/artifacts/" + artifact + TRAINING + ")";
  }

  private static void row(StringBuilder table, String name, @Nullable Double value) {
    if (value != null) {
      table.append("| ").append(name).append(" | ").append(bits(value)).append(" |\n");
    }
  }
}
