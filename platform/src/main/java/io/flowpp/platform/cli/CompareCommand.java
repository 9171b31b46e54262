package io.flowpp.platform.cli;

import com.google.common.hash.Hashing;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowpp.platform.compare.CompareRequest;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.ComparedRuns;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.ComparisonFiles;
import io.flowpp.platform.compare.Comparisons;
import io.flowpp.platform.compare.page.ComparisonWriter;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.sweep.CompareSweep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowpp compare}: what the difference between runs means. */
@Command(
    name = "compare",
    description = {
      "Compare runs, or the arms of a sweep, with the seed as the unit: Welch's t over seeds,",
      "Holm's correction over the arms, equivalence at a margin. Runs of one configuration and",
      "several seeds are one arm. Writes compare.html, compare.md, compare.csv and figures."
    })
final class CompareCommand implements Callable<Integer> {
  private static final String USUAL_METRIC = "test/bpd";
  private static final int READABLE = 60;

  @Parameters(paramLabel = "RUN", arity = "0..*", description = RunsText.REFERENCE)
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--sweep",
      paramLabel = "NAME",
      description = "Compare the finished trials of this sweep.")
  private @Nullable String sweep;

  @Option(
      names = "--by",
      paramLabel = "KEY",
      split = ",",
      description =
          "What arms differ in: ablation, or keys of the configuration (default: all that the sweep varies, or all in which the runs differ, but for the seed).")
  private List<String> by = new ArrayList<>();

  @Option(
      names = "--baseline",
      paramLabel = "ARM",
      description = "The arm that the others are held against (default: full, else the first).")
  private @Nullable String baseline;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description = "What is compared (default: the sweep's metric, or test/bpd).")
  private @Nullable String metric;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description = "Differences below it do not matter (default: 0.01 bits/dim).")
  private @Nullable Double margin;

  @Option(
      names = "--common-images",
      description = "Where runs were scored on different test images, take those that all have.")
  private boolean commonImages;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the report goes (default: in the workspace, under comparisons).")
  private @Nullable Path to;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    if (runs.isEmpty() == (sweep == null)) {
      throw new UserFault(
          ExitCode.USAGE,
          "usage",
          runs.isEmpty() ? "nothing to compare" : "runs and a sweep are two comparisons",
          null,
          "name at least two runs, or a sweep with --sweep NAME");
    }
    Injector injector =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()));
    output.result(
        sweep == null ? ofRuns(injector) : ofSweep(injector, sweep), ComparisonAnswer::text);
    return ExitCode.DONE.number();
  }

  private ComparisonAnswer ofSweep(Injector injector, String name) {
    CompareSweep.Request request =
        new CompareSweep.Request(name, by, baseline, metric, margin, images());
    String title = by.isEmpty() ? name : name + " by " + String.join(" ", by);
    CompareSweep.Compared compared =
        injector.getInstance(CompareSweep.class).compare(request, folder(title), output::note);
    return ComparisonAnswer.of(compared.comparison(), compared.files(), compared.tracked());
  }

  private ComparisonAnswer ofRuns(Injector injector) {
    ComparedRuns reader = injector.getInstance(ComparedRuns.class);
    List<ComparedRun> compared = runs.stream().map(run -> reader.find(run, Map.of())).toList();
    Comparison comparison =
        Comparisons.of(
            new CompareRequest(
                compared,
                null,
                by,
                baseline,
                metric == null ? USUAL_METRIC : metric,
                margin,
                images(),
                List.of(),
                null));
    ComparisonFiles files = ComparisonWriter.write(comparison, folder(comparison.title()));
    return ComparisonAnswer.of(comparison, files, null);
  }

  private CompareRequest.Images images() {
    return commonImages ? CompareRequest.Images.TAKE_COMMON : CompareRequest.Images.REQUIRE_EQUAL;
  }

  private Path folder(String title) {
    if (to != null) {
      return to.toAbsolutePath().normalize();
    }
    String slug =
        title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String what = String.join("\n", runs) + by + baseline + metric + margin + commonImages + sweep;
    String name =
        (slug.length() > READABLE ? slug.substring(0, READABLE) : slug)
            + "-"
            + Hashing.sha256().hashString(what, StandardCharsets.UTF_8).toString().substring(0, 8);
    return Places.workspace().resolve("comparisons").resolve(name);
  }
}
