package io.flowpp.platform.regression;

import io.flowpp.platform.compare.statistics.Gate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Holds what an experiment comes to now against its baseline, check by check. */
final class Judge {
  private final RegressionSpec spec;
  private final Baseline baseline;
  private final Platform here;

  Judge(RegressionSpec spec, Baseline baseline, Platform here) {
    this.spec = spec;
    this.baseline = baseline;
    this.here = here;
  }

  /** Why nothing of an experiment can be compared, known before it is run. */
  Optional<String> stale(RegressionExperiment experiment) {
    Measured then = baseline.experiments().get(experiment.name());
    if (then == null) {
      return Optional.of("the baseline does not have this experiment");
    }
    if (!then.config().equals(experiment.digest())) {
      return Optional.of(
          "the experiment has changed since the baseline was accepted ("
              + baseline.origin()
              + "), so results would be those of different things");
    }
    List<Long> missing =
        experiment.allSeeds().stream().filter(seed -> then.seed(seed).isEmpty()).toList();
    if (!missing.isEmpty()) {
      return Optional.of("the baseline does not have seeds " + missing);
    }
    int costs = then.costs().products().size();
    int needed = 2 * spec.repeats(); // two looks
    return costs >= needed
        ? Optional.empty()
        : Optional.of(
            "the baseline has speed and memory of "
                + costs
                + " processes, and two looks take "
                + needed);
  }

  /** Every check of an experiment that cannot be compared. */
  List<CheckResult> undecided(RegressionExperiment experiment, String because) {
    String words = because + "; accept a new baseline if that was meant";
    return spec.checks().stream()
        .flatMap(check -> names(check).stream())
        .map(name -> CheckResult.without(name, experiment.name(), Judgement.INVESTIGATE, words))
        .toList();
  }

  /**
   * @param now of an experiment that is not {@link #stale}
   * @param look 1, or 2 with the seeds and repeats of both
   */
  List<CheckResult> judge(RegressionExperiment experiment, Measured now, int look) {
    Measured then = Objects.requireNonNull(baseline.experiments().get(experiment.name()));
    if (!now.data().equals(then.data())) {
      return undecided(experiment, "the images are not those that the baseline was made with");
    }
    Pair pair = new Pair(experiment, then, now, look);
    List<CheckResult> results = new ArrayList<>();
    for (CheckSpec check : spec.checks()) {
      if (check instanceof CheckSpec.Quality quality) {
        results.add(quality(quality, pair));
      } else if (check instanceof CheckSpec.Exactness) {
        results.add(exactness(pair));
      } else if (check instanceof CheckSpec.Speed speed) {
        results.add(speed(speed, pair));
      } else if (check instanceof CheckSpec.Memory memory) {
        results.add(memory(memory, pair));
      } else if (check instanceof CheckSpec.Samples samples) {
        results.addAll(samples(samples, pair));
      }
    }
    return results;
  }

  /** An experiment then and now. */
  private record Pair(RegressionExperiment experiment, Measured then, Measured now, int look) {
    /** Of the seeds of now, then. */
    List<Double> then(Function<SeedResult, Double> value) {
      return now.seeds().stream()
          .map(result -> value.apply(then.seed(result.seed()).orElseThrow()))
          .toList();
    }

    List<Double> now(Function<SeedResult, Double> value) {
      return now.seeds().stream().map(value).toList();
    }
  }

  static List<String> names(CheckSpec check) {
    if (check instanceof CheckSpec.Samples) {
      return List.of("samples.leak", "samples.mean", "samples.spread");
    }
    return List.of(check.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
  }

  private CheckResult quality(CheckSpec.Quality check, Pair pair) {
    Function<SeedResult, Double> value =
        result -> result.metrics().getOrDefault(check.metric(), Double.NaN);
    Scale scale =
        new Scale(
            "quality",
            check.metric(),
            Scale.Unit.BITS_PER_DIM,
            check.tolerance(),
            Gate.Sides.HIGHER_FAILS_LOWER_IS_SUSPECT,
            spec.level());
    return scale.judge(pair.experiment().name(), pair.then(value), pair.now(value), pair.look());
  }

  private List<CheckResult> samples(CheckSpec.Samples check, Pair pair) {
    Map<String, Function<SeedResult.Pixels, Double>> figures = new LinkedHashMap<>();
    figures.put("leak", SeedResult.Pixels::leak);
    figures.put("mean", SeedResult.Pixels::mean);
    figures.put("spread", SeedResult.Pixels::spread);
    List<CheckResult> results = new ArrayList<>();
    figures.forEach(
        (figure, of) -> {
          Function<SeedResult, Double> value = result -> of.apply(result.samples());
          boolean leak = figure.equals("leak");
          // A share of few samples moves by whole samples: one more or less is no change.
          double sample = 1. / pair.experiment().config().evaluation().grid();
          double tolerance =
              leak ? check.leak() + sample : figure.equals("mean") ? check.mean() : check.spread();
          Scale scale =
              new Scale(
                  "samples." + figure,
                  leak ? "share outside of the range" : figure + " of the sampled pixels",
                  Scale.Unit.SHARE,
                  tolerance,
                  leak ? Gate.Sides.HIGHER_FAILS : Gate.Sides.BOTH_FAIL,
                  spec.level());
          results.add(
              scale.judge(
                  pair.experiment().name(), pair.then(value), pair.now(value), pair.look()));
        });
    return results;
  }

  private CheckResult exactness(Pair pair) {
    String name = pair.experiment().name();
    Map<String, String> unlike = here.unlike(baseline.platform());
    Measured.Compute now = pair.now().compute();
    Measured.Compute then = pair.then().compute();
    Platform.note(unlike, "device", now.device(), then.device());
    Platform.note(unlike, "threads", String.valueOf(now.threads()), String.valueOf(then.threads()));
    Platform.note(unlike, "precision", now.precision(), then.precision());
    if (!unlike.isEmpty()) {
      return skipped("exactness", name, unlike);
    }
    List<Long> differing =
        pair.now().seeds().stream()
            .filter(
                result ->
                    !pair.then()
                        .seed(result.seed())
                        .orElseThrow()
                        .weightsSha256()
                        .equals(result.weightsSha256()))
            .map(SeedResult::seed)
            .toList();
    int all = pair.now().seeds().size();
    String words =
        differing.isEmpty()
            ? "the final weights are the baseline's bit for bit"
            : "the final weights of seed "
                + differing.get(0)
                + (differing.size() == 1 ? "" : " and " + (differing.size() - 1) + " more")
                + " are not the baseline's: something that decides results has changed, or they"
                + " are no longer reproducible";
    Judgement verdict = differing.isEmpty() ? Judgement.PASS : Judgement.FAIL;
    return softened(
        new CheckResult(
            "exactness",
            name,
            (double) all,
            (double) (all - differing.size()),
            0.,
            null,
            pair.look(),
            verdict,
            false,
            words));
  }

  private CheckResult speed(CheckSpec.Speed check, Pair pair) {
    Scale scale =
        new Scale(
            "speed",
            "matrix products that a step costs as much as",
            Scale.Unit.PRODUCTS,
            check.tolerance(),
            Gate.Sides.HIGHER_FAILS,
            spec.level());
    return cost(scale, pair, Costs::products);
  }

  private CheckResult memory(CheckSpec.Memory check, Pair pair) {
    Scale scale =
        new Scale(
            "memory",
            "most resident memory",
            Scale.Unit.BYTES,
            check.tolerance(),
            Gate.Sides.HIGHER_FAILS,
            spec.level());
    return cost(scale, pair, Costs::peakBytes);
  }

  private CheckResult cost(Scale scale, Pair pair, Function<Costs, List<Double>> values) {
    String name = pair.experiment().name();
    Map<String, String> unlike = here.unlike(baseline.platform());
    unlike.remove("operating system");
    if (!unlike.isEmpty()) {
      return skipped(scale.name(), name, unlike);
    }
    List<Double> now = values.apply(pair.now().costs());
    if (now.isEmpty()) {
      String words = "this system does not tell what a process holds";
      return CheckResult.without(scale.name(), name, Judgement.SKIPPED, words);
    }
    return softened(scale.judge(name, values.apply(pair.then().costs()), now, pair.look()));
  }

  private CheckResult skipped(String check, String experiment, Map<String, String> unlike) {
    String words =
        "not compared: "
            + String.join(", ", unlike.values())
            + "; accept a baseline for this machine too with: "
            + spec.acceptCommand();
    return CheckResult.without(check, experiment, Judgement.SKIPPED, words);
  }

  private CheckResult softened(CheckResult result) {
    Map<String, String> alien = here.alien(baseline.platform());
    return result.verdict() == Judgement.FAIL && !alien.isEmpty()
        ? result.softened("it may be the machine's: " + String.join(", ", alien.values()))
        : result;
  }
}
