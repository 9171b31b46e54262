package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.DrawSamples;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp sample}: a grid of images from a trained run. */
@Command(
    name = "sample",
    description = {
      "Draw images from a trained run into a PNG grid.",
      "Tells the leak: the share of samples with a value outside of the images' range, which the",
      "model allows and clipping hides."
    })
final class SampleCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Option(
      names = {"-n", "--images"},
      paramLabel = "N",
      description = "Number of images (default: ${DEFAULT-VALUE}).")
  private int images = 64;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Root of the random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Latents are drawn from N(0, T² I) (default: ${DEFAULT-VALUE}).")
  private double temperature = 1;

  @Option(names = "--out", paramLabel = "FILE.png", required = true, description = "The picture.")
  private Path out = Path.of("");

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    if (images < 1 || images > MOST) {
      throw usage("-n", "must be 1 to " + MOST + ", not " + images);
    }
    if (!(temperature >= 0 && temperature <= MOST)) {
      throw usage("--temperature", "must be 0 to " + MOST + ", not " + temperature);
    }
    DrawSamples samples =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(DrawSamples.class);
    DrawSamples.Drawn drawn =
        samples.draw(new DrawSamples.Request(run, images, seed, temperature, out));
    output.result(drawn, SampleCommand::text);
    return ExitCode.DONE.number();
  }

  private static UserFault usage(String option, String message) {
    return new UserFault(ExitCode.USAGE, "usage", message, option, null);
  }

  private static String text(DrawSamples.Drawn drawn) {
    return String.format(
        Locale.ROOT,
        "%s: %d images of %s in %.1f s%nleak %.4f ± %.4f: the share with a value outside of the range, clipped in the picture",
        drawn.file(),
        drawn.images(),
        drawn.runId(),
        drawn.seconds(),
        drawn.leak(),
        drawn.leakStandardError());
  }
}
