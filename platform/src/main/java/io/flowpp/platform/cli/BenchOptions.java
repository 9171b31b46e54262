package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.ExperimentLoader;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.MeasureSpeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the measuring commands share: the experiment, the size, how often. */
final class BenchOptions {
  private static final int MOST = 100_000;

  /** Kernels with less than this share of the time are not shown. */
  private static final double SHOWN = .005;

  /** The initialisation is not measured, and must not set the peak of the memory. */
  private static final List<String> NOT_MEASURED =
      List.of("training.init-batch=2", "training.validate-every=0", "training.checkpoint-every=0");

  @Option(
      names = "--preset",
      paramLabel = "P",
      description = "A name in experiments/presets, or an experiment file (default: cifar10).")
  private String preset = "cifar10";

  @Option(
      names = "--batch",
      paramLabel = "B",
      description = "Images of a repeat (default: the training's batch).")
  private @Nullable Integer batch;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Computing threads (default: the experiment's, else one a core).")
  private @Nullable Integer threads;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "Repeats that count; the median is told (default: 3).")
  private int repeats = 3;

  @Option(names = "--warmup", paramLabel = "N", description = "Repeats before those (default: 1).")
  private int warmup = 1;

  @Parameters(
      paramLabel = "KEY=VALUE",
      description = "Settings that win over the preset: training.precision=bf16")
  private List<String> overrides = new ArrayList<>();

  /** Measures, and prints what came out. */
  int measure(MeasureSpeed.What what, Output output) {
    require("--repeats", repeats, 1);
    require("--warmup", warmup, 0);
    MeasureSpeed.Request request = new MeasureSpeed.Request(what, experiment(), warmup, repeats);
    MeasureSpeed speed =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(MeasureSpeed.class);
    output.result(speed.measure(request), BenchOptions::text);
    return ExitCode.DONE.number();
  }

  private LoadedExperiment experiment() {
    List<String> settings = new ArrayList<>(NOT_MEASURED);
    if (batch != null) {
      settings.add("training.batch=" + batch);
    }
    if (threads != null) {
      settings.add("execution.threads=" + threads);
    }
    settings.addAll(overrides);
    return ExperimentLoader.load(ExperimentLoader.preset(preset, "--preset"), settings);
  }

  private static void require(String option, int value, int least) {
    if (value < least || value > MOST) {
      throw new UserFault(
          ExitCode.USAGE,
          "usage",
          "must be " + least + " to " + MOST + ", not " + value,
          option,
          null);
    }
  }

  private static String text(MeasureSpeed.Answer a) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s of %s: batch %d, %d threads, %s, %s, memory %s, %,d parameters",
        a.what(),
        a.name(),
        a.batch(),
        a.threads(),
        a.device(),
        a.precision(),
        a.memory(),
        a.parameters());
    line(text, "%,.1f ms (best %,.1f, %d repeats)", a.medianMs(), a.minMs(), a.repeats());
    line(text, "%.2f images/s", a.imagesPerSecond());
    if (a.peakRssBytes() != null) {
      line(text, "%,d MB at the peak", a.peakRssBytes() / 1_000_000);
    }
    if (a.stepImagesPerSecond() != null) {
      line(
          text,
          "training takes %.2f images/s: reading alone is %.2f%% of a step",
          a.stepImagesPerSecond(),
          100 * a.stepImagesPerSecond() / a.imagesPerSecond());
    }
    line(
        text,
        "%.0f GFLOP/s, where a large product reaches %.0f and a 3x3 convolution %.0f (backward %.0f)",
        a.gflops(),
        a.gemmGflops(),
        a.convGflops(),
        a.convBackwardGflops());
    double all = a.threads() * a.medianMs();
    a.kernelMs().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .filter(kernel -> kernel.getValue() > SHOWN * all)
        .forEach(
            kernel ->
                line(
                    text,
                    "%8.0f ms %5.1f%%  %s",
                    kernel.getValue(),
                    100 * kernel.getValue() / all,
                    kernel.getKey()));
    if (!a.kernelMs().isEmpty()) {
      double kernels = a.kernelMs().values().stream().mapToDouble(d -> d).sum();
      line(
          text,
          "%8.0f ms %5.1f%%  outside of kernels: Java, and threads that wait",
          all - kernels,
          100 * (1 - kernels / all));
    }
    if (a.inverseShare() != null) {
      line(text, "the numeric inverse adds %.1f%% to the networks", 100 * a.inverseShare());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
