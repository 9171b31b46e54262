package io.flowpp.platform.regression;

import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ExperimentVariants;
import io.flowpp.platform.config.Fields;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.SettingsReader;
import io.flowpp.platform.config.YamlFile;
import io.flowpp.platform.execution.KnownMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A regression file key by key. */
final class RegressionReader {
  private static final List<String> KEYS = List.of("name", "experiments", "checks");
  private static final List<String> EXPERIMENT = List.of("base", "set", "seeds", "second-look");
  // A run's name has up to 100: regress-NAME-EXPERIMENT.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
  private static final String NAMES = "a name of letters, digits, '.', '_' and '-', up to 40";

  /** So that runs come to the same on machines with another number of cores. */
  private static final int USUAL_THREADS = 1;

  private final Path file;
  private final Map<String, String> environment;
  private final Problems problems;

  RegressionReader(Path file, Map<String, String> environment, Problems problems) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.problems = problems;
  }

  /** Null where it is no regression at all, which is told. */
  @Nullable RegressionSpec read() {
    YamlFile yaml =
        YamlFile.read(file, "start with 'experiments:', see docs/REGRESSION.md", problems);
    if (!problems.isEmpty() && yaml.root().entries().isEmpty()) {
      return null;
    }
    Fields fields = new Fields("", yaml.root(), problems);
    if (isOther(yaml.root())) {
      Origin origin = new Origin(yaml.shown(), 0);
      String message = "no regression file: has neither 'experiments' nor 'checks'";
      problems.add(origin, "", message, "see docs/REGRESSION.md, or 'flowpp regress list'");
      return null;
    }
    fields.expectOnly(KEYS);
    String name = fields.text("name", NAMES, NAME).orElseGet(this::stem);
    List<CheckSpec> checks = new ChecksReader(problems).read(fields);
    List<RegressionExperiment> experiments = experiments(fields, name, checks);
    return new RegressionSpec(name, file, baseline(name), experiments, checks);
  }

  private static boolean isOther(Located.Mapping root) {
    return !root.entries().containsKey("experiments") && !root.entries().containsKey("checks");
  }

  private List<RegressionExperiment> experiments(
      Fields fields, String regression, List<CheckSpec> checks) {
    Located.Mapping all = fields.mapping("experiments", "like 'tiny: {base: FILE, seeds: [1]}'");
    if (all.entries().isEmpty() && fields.get("experiments") == null) {
      fields.problem("experiments", "missing", "name one, like 'tiny: {base: FILE, seeds: [1]}'");
    } else if (all.entries().isEmpty()) {
      fields.problem("experiments", "none: nothing would be run", "name one");
    }
    List<RegressionExperiment> experiments = new ArrayList<>();
    all.entries()
        .forEach(
            (name, value) -> {
              String key = "experiments." + name;
              if (!NAME.matcher(name).matches()) {
                problems.add(value.origin(), key, "expected " + NAMES, null);
              } else if (value instanceof Located.Mapping mapping) {
                Fields inner = new Fields(key, mapping, problems);
                experiments.add(experiment(name, inner, regression, checks));
              } else {
                String found = "expected keys with values, found " + value.describe();
                problems.add(value.origin(), key, found, "like {base: FILE, seeds: [1, 2, 3]}");
              }
            });
    return experiments;
  }

  private RegressionExperiment experiment(
      String name, Fields fields, String regression, List<CheckSpec> checks) {
    fields.expectOnly(EXPERIMENT);
    List<Long> seeds = seeds(fields, checks);
    List<Long> more = fields.seeds("second-look", "remove it: a second look is no must");
    for (Long seed : more) {
      if (seeds.contains(seed)) {
        fields.problem("second-look", "has " + seed + ", as 'seeds' has", "take another one");
      }
    }
    Map<String, Located.Scalar> set =
        new SettingsReader(environment, problems)
            .read(fields.mapping("set", "like training.steps: 60"));
    for (String own : List.of("name", "seed")) {
      if (set.containsKey(own)) {
        String message = "cannot be set here: runs get it from this file";
        problems.add(set.get(own).origin(), own, message, "remove it");
      }
    }
    Optional<ExperimentVariants> base = base(fields);
    Map<Long, LoadedExperiment> runs = new LinkedHashMap<>();
    List<Long> all = new ArrayList<>(seeds);
    all.addAll(more);
    if (base.isPresent() && problems.isEmpty()) {
      String run = "regress-" + regression + "-" + name;
      all.forEach(seed -> load(base.get(), fields, set, run, regression, seed, runs));
      validates(fields, runs, checks);
    }
    return new RegressionExperiment(name, seeds, more, runs);
  }

  private List<Long> seeds(Fields fields, List<CheckSpec> checks) {
    List<Long> seeds = fields.seeds("seeds", "give some, like [1, 2, 3]");
    if (fields.get("seeds") == null) {
      fields.problem("seeds", "missing", "give some, like [1, 2, 3]");
    }
    boolean judged =
        checks.stream()
            .anyMatch(c -> c instanceof CheckSpec.Quality || c instanceof CheckSpec.Samples);
    if (seeds.size() == 1 && judged) {
      String message = "one seed has no spread that quality and samples could be judged by";
      fields.problem("seeds", message, "give at least two, or check neither");
    }
    return seeds;
  }

  private Optional<ExperimentVariants> base(Fields fields) {
    Optional<String> named =
        fields.text("base", "an experiment file", Pattern.compile("\\S(.*\\S)?"));
    if (named.isEmpty() && fields.get("base") == null) {
      fields.problem("base", "missing", "name an experiment file, relative to this file");
    }
    return named.map(
        text ->
            ExperimentVariants.of(
                folder().resolve(text),
                fields.origin("base"),
                fields.key("base"),
                environment,
                problems));
  }

  private void load(
      ExperimentVariants base,
      Fields fields,
      Map<String, Located.Scalar> set,
      String run,
      String regression,
      long seed,
      Map<Long, LoadedExperiment> to) {
    try {
      LoadedExperiment plain = base.load(set, Map.of());
      Map<String, Located.Scalar> upper = new LinkedHashMap<>();
      Origin at = fields.origin("");
      upper.put("name", new Located.Scalar(at, run, false));
      upper.put("seed", new Located.Scalar(at, String.valueOf(seed), true));
      if (plain.config().execution().threads() == null) {
        String threads = String.valueOf(USUAL_THREADS);
        upper.put("execution.threads", new Located.Scalar(at, threads, true));
      }
      if (plain.config().tracking().register() != null) { // a check makes no models
        upper.put("tracking.register", new Located.Scalar(at, "null", true));
      }
      Origin experiment = plain.origins().get("tracking.experiment");
      if (experiment == null || experiment.file().equals(Origin.DEFAULT)) {
        String named = "regression-" + regression;
        upper.put("tracking.experiment", new Located.Scalar(at, named, false));
      }
      to.put(seed, base.load(set, upper));
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
  }

  private void validates(Fields fields, Map<Long, LoadedExperiment> runs, List<CheckSpec> checks) {
    boolean none =
        runs.values().stream().anyMatch(run -> run.config().training().validateEvery() == 0);
    for (CheckSpec check : checks) {
      if (none
          && check instanceof CheckSpec.Quality quality
          && KnownMetrics.needsValidation(quality.metric())) {
        fields.problem(
            "base",
            "has no " + quality.metric() + ": training.validate-every is 0",
            "set training.validate-every, or check final/test_bpd");
      }
    }
  }

  private Path baseline(String name) {
    return folder().resolveSibling("baselines").resolve(name + ".json");
  }

  private Path folder() {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  private String stem() {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = (dot > 0 ? name.substring(0, dot) : name).replaceAll("[^A-Za-z0-9._-]", "-");
    String usable = stem.replaceAll("^[^A-Za-z0-9]+", "");
    return usable.isEmpty() ? "regression" : usable.substring(0, Math.min(40, usable.length()));
  }
}
