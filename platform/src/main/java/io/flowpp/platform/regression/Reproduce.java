package io.flowpp.platform.regression;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.compare.ComparedRuns;
import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.SeedComparison;
import io.flowpp.platform.compare.statistics.SeedValues;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.FinishedRun;
import io.flowpp.platform.execution.FinishedRuns;
import io.flowpp.platform.execution.KnownMetrics;
import io.flowpp.platform.execution.RepeatRun;
import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.execution.Surroundings;
import io.flowpp.platform.stage.Cancellation;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Runs an experiment again from what its run recorded, and says whether the result is the same. */
public final class Reproduce {
  /** Where these are the same, so are the bits. */
  private static final List<String> PLATFORM =
      List.of(
          "arch",
          "device",
          "instructions",
          "java-feature",
          "libtorch",
          "processor",
          "system",
          "threads");

  private static final String METRIC = KnownMetrics.USUAL;

  private static final Set<String> SAYS_NOTHING = Set.of("command", "host", "user", "runner", "os");
  private static final long BOOTSTRAP_SEED = 20190610;
  private static final ImagePairs EQUAL = new ImagePairs(0, new Interval(0, 0), 1, 0);

  private final FinishedRuns runs;
  private final RepeatRun repeat;

  @Inject
  Reproduce(FinishedRuns runs, RepeatRun repeat) {
    this.runs = runs;
    this.repeat = repeat;
  }

  /** What a second computation comes to. */
  public enum Verdict {
    /** The same weights and scores, to the last bit. */
    BIT_FOR_BIT,
    /** On another platform: the test images' scores differ by less than the margin. */
    EQUIVALENT,
    DIFFERENT,
    /** On another platform, where it may be as far off as a training with another seed would be. */
    CANNOT_TELL;

    /** As scripts read it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Something that is not as it was.
   *
   * @param kind environment or result
   * @param recorded null where the run did not record it
   */
  public record Difference(
      String what, String kind, @Nullable String recorded, @Nullable String here) {}

  /**
   * @param equal whether the result counts as the same: bit for bit, or equivalent elsewhere
   * @param samePlatform whether bits could be expected to agree
   * @param delta bits/dim, mean over the test images of the second less the first
   * @param interval of {@code delta} over images
   */
  public record Reproduced(
      String runId,
      String reproduction,
      boolean equal,
      Verdict verdict,
      boolean samePlatform,
      List<Difference> differences,
      String weightsSha256,
      double delta,
      Interval interval) {
    public Reproduced {
      differences = List.copyOf(differences);
    }
  }

  /**
   * What is known before anything is run.
   *
   * @param reference as users name runs
   */
  public List<Difference> environment(String reference) {
    return environment(runs.find(reference), Surroundings.now("", ""));
  }

  /**
   * @param command the line that goes on with it
   * @throws UserFault where the run has not finished, its images are not here, or a stage fails
   */
  public Reproduced reproduce(
      String reference, String command, RunListener listener, Cancellation cancellation) {
    FinishedRun first = runs.find(reference);
    scores(first); // before anything is computed
    List<Double> seeds = runs.overSeeds(first, METRIC);
    FinishedRun second = repeat.repeat(first, command, listener, cancellation);
    Map<String, String> here = second.record().environment();
    List<Difference> differences = new ArrayList<>(environment(first, here));
    compute(first, second, differences);
    boolean samePlatform =
        differences.stream().noneMatch(d -> PLATFORM.contains(d.what()) && d.recorded() != null);
    results(first, second, differences);
    if (sameBits(first, second)) {
      return reproduced(first, second, Verdict.BIT_FOR_BIT, samePlatform, differences, EQUAL);
    }
    ImagePairs pairs =
        ImagePairs.of(scores(second), scores(first), Rules.BITS_PER_DIM.level(), BOOTSTRAP_SEED);
    Verdict verdict = samePlatform ? Verdict.DIFFERENT : elsewhere(pairs, seeds);
    return reproduced(first, second, verdict, samePlatform, differences, pairs);
  }

  private static Reproduced reproduced(
      FinishedRun first,
      FinishedRun second,
      Verdict verdict,
      boolean samePlatform,
      List<Difference> differences,
      ImagePairs pairs) {
    return new Reproduced(
        first.record().runId(),
        second.record().runId(),
        verdict == Verdict.BIT_FOR_BIT || verdict == Verdict.EQUIVALENT,
        verdict,
        samePlatform,
        differences,
        second.trained().weightsSha256(),
        pairs.delta(),
        pairs.interval());
  }

  /** Marks the run as killed although its stage still works. */
  public void abandon() {
    repeat.abandon();
  }

  private static boolean sameBits(FinishedRun first, FinishedRun second) {
    return first.trained().weightsSha256().equals(second.trained().weightsSha256())
        && first.scores().equals(second.scores());
  }

  /**
   * On another platform a training ends elsewhere, like one with another seed. Over images two
   * models can be found equal; how far apart two trainings may be, only seeds can tell.
   *
   * @param seeds bits/dim of trainings that differ by their seed alone
   */
  static Verdict elsewhere(ImagePairs pairs, List<Double> seeds) {
    Rules rules = Rules.BITS_PER_DIM;
    Interval models = pairs.interval();
    if (models.low() > -rules.margin() && models.high() < rules.margin()) {
      return Verdict.EQUIVALENT;
    }
    if (seeds.size() < 2) {
      return Verdict.CANNOT_TELL;
    }
    // Of a mean's interval t s / sqrt(n); of the difference of two trainings t s sqrt(2).
    Interval mean = SeedComparison.mean(new SeedValues("seeds", seeds), rules);
    double chance = (mean.high() - mean.low()) / 2 * Math.sqrt(2. * seeds.size());
    return Math.abs(pairs.delta()) > rules.margin() + chance
        ? Verdict.DIFFERENT
        : Verdict.CANNOT_TELL;
  }

  static List<Difference> environment(FinishedRun run, Map<String, String> here) {
    Map<String, String> recorded = run.record().environment();
    Set<String> names = new TreeSet<>(recorded.keySet());
    names.addAll(here.keySet());
    names.removeAll(SAYS_NOTHING);
    List<Difference> differences = new ArrayList<>();
    for (String name : names) {
      add(differences, "environment", name, recorded.get(name), here.get(name));
    }
    add(differences, "environment", "system", system(recorded), system(here));
    add(differences, "environment", "java-feature", feature(recorded), feature(here));
    return differences;
  }

  /** Its name without the version, which decides no result. */
  private static @Nullable String system(Map<String, String> environment) {
    String os = environment.get("os");
    return os == null ? null : os.split(" ", 2)[0];
  }

  /** Java's version as far as it may change results: {@code 17}. */
  private static @Nullable String feature(Map<String, String> environment) {
    try {
      String java = environment.get("java");
      return java == null ? null : String.valueOf(Runtime.Version.parse(java).feature());
    } catch (IllegalArgumentException foreign) {
      return null;
    }
  }

  private static void compute(FinishedRun first, FinishedRun second, List<Difference> differences) {
    var before = first.trained().compute();
    var now = second.trained().compute();
    add(differences, "environment", "device", before.device(), now.device());
    add(
        differences,
        "environment",
        "threads",
        String.valueOf(before.threads()),
        String.valueOf(now.threads()));
  }

  private static void results(FinishedRun first, FinishedRun second, List<Difference> differences) {
    add(
        differences,
        "result",
        "weights_sha256",
        first.trained().weightsSha256(),
        second.trained().weightsSha256());
    add(differences, "result", "data_digest", first.images().digest(), second.images().digest());
    Set<String> names = new TreeSet<>(first.result().metrics().keySet());
    names.removeIf(name -> name.startsWith("perf/"));
    for (String name : names) {
      Double before = first.result().metrics().get(name);
      Double now = second.result().metrics().get(name);
      add(differences, "result", name, String.valueOf(before), String.valueOf(now));
    }
  }

  private static void add(
      List<Difference> differences,
      String kind,
      String what,
      @Nullable String recorded,
      @Nullable String here) {
    if (recorded == null ? here != null : !recorded.equals(here)) {
      differences.add(new Difference(what, kind, recorded, here));
    }
  }

  /** Through the door by which runs enter comparisons: it refuses what is no number. */
  private static double[] scores(FinishedRun run) {
    return ComparedRuns.finite(run).stream().mapToDouble(ImageScore::bitsPerDim).toArray();
  }
}
