package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentVariants;
import io.flowpp.platform.config.Fields;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.config.SettingsReader;
import io.flowpp.platform.config.Suggestions;
import io.flowpp.platform.config.YamlFile;
import io.flowpp.platform.execution.KnownMetrics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A sweep's file key by key. */
final class SweepReader {
  private static final List<String> KEYS =
      List.of(
          "name", "base", "set", "parameters", "ablations", "seeds", "search", "metric", "limits");
  // A trial's name has up to 100: its own part needs room.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,59}");
  private static final String NAMES = "a name of letters, digits, '.', '_' and '-', up to ";

  private final Path file;
  private final Map<String, String> environment;
  private final Problems problems;

  SweepReader(Path file, Map<String, String> environment, Problems problems) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.problems = problems;
  }

  /** Null where it is no sweep at all, which is told. */
  @Nullable SweepDraft read() {
    YamlFile yaml = YamlFile.read(file, "start with 'base: FILE', an experiment file", problems);
    if (!problems.isEmpty() && yaml.root().entries().isEmpty()) {
      return null;
    }
    Fields fields = new Fields("", yaml.root(), problems);
    Origin origin = new Origin(yaml.shown(), 0);
    if (fields.get("base") == null && isExperiment(yaml.root())) {
      String advice = "run it with 'flowpp run', or write a sweep: 'base: FILE' and 'parameters:'";
      problems.add(origin, "", "an experiment file, expected a sweep's", advice);
      return null;
    }
    fields.expectOnly(KEYS);
    ExperimentVariants base = base(fields);
    Search search = search(fields);
    SettingsReader settings = new SettingsReader(environment, problems);
    Map<String, Located.Scalar> set =
        settings.read(fields.mapping("set", "like training.steps: 100"));
    List<Arm> arms =
        new ArmsReader(settings, problems)
            .read(fields.mapping("ablations", "like 'affine: {model.flow.coupling.kind: affine}'"));
    List<Swept> parameters =
        new ParametersReader(environment, problems)
            .read(
                fields.mapping("parameters", "like training.batch: [8, 16]"),
                arms.stream().map(Arm::name).toList(),
                search);
    Map<String, Origin> keys = new HashMap<>();
    yaml.root().entries().forEach((key, value) -> keys.put(key, value.origin()));
    Located.Mapping limits = fields.mapping("limits", "like max-concurrent: 2");
    limits.entries().forEach((key, value) -> keys.put("limits." + key, value.origin()));
    SweepDraft draft =
        new SweepDraft(
            fields.text("name", NAMES + "60", NAME).orElseGet(this::stem),
            yaml.text(),
            origin,
            base,
            set,
            parameters,
            arms,
            fields.seeds("seeds", "remove it for the base's seed, or give seeds"),
            search,
            metric(fields),
            LimitsReader.read(new Fields("limits", limits, problems)),
            keys);
    new DraftChecks(draft, problems).check();
    return draft;
  }

  private static boolean isExperiment(Located.Mapping root) {
    return List.of("model", "training", "data", "extends").stream()
        .anyMatch(root.entries()::containsKey);
  }

  private ExperimentVariants base(Fields fields) {
    Optional<String> named =
        fields.text("base", "an experiment file", Pattern.compile("\\S(.*\\S)?"));
    if (named.isEmpty() && fields.get("base") == null) {
      String advice = "name the experiment file that all trials vary, relative to this file";
      problems.add(fields.origin(""), "base", "missing", advice);
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path path = (folder == null ? Path.of("") : folder).resolve(named.orElse("no-base-named"));
    Problems heard = named.isEmpty() ? new Problems() : problems;
    return ExperimentVariants.of(path, fields.origin("base"), "base", environment, heard);
  }

  private Search search(Fields fields) {
    Located written = fields.get("search");
    if (written == null) {
      return new Search.Grid();
    }
    Fields inner;
    if (written instanceof Located.Mapping mapping) {
      inner = new Fields("search", mapping, problems);
    } else {
      inner =
          new Fields(
              "search", Located.Mapping.empty(written.origin()).with("kind", written), problems);
    }
    inner.expectOnly(List.of("kind", "trials", "seed"));
    Optional<String> kind = inner.choice("kind", List.of("grid", "random"));
    if (kind.isEmpty() && inner.get("kind") == null) {
      inner.problem("kind", "missing, expected grid or random", "give it");
    }
    boolean trials = inner.get("trials") != null;
    if (kind.filter("grid"::equals).isPresent() && (trials || inner.get("seed") != null)) {
      String key = trials ? "trials" : "seed";
      inner.problem(key, "has no meaning with kind: grid", "remove it, or use kind: random");
    }
    if (kind.filter("random"::equals).isEmpty()) {
      // With an unknown kind, ranges are not wrong for being in a grid.
      return kind.isPresent() ? new Search.Grid() : new Search.Random(1, 0, written.origin());
    }
    Integer count = inner.count("trials");
    if (!trials) {
      inner.problem(
          "trials", "missing, expected how many draws", "like {kind: random, trials: 20}");
    }
    long seed = inner.whole("seed", 0, Long.MAX_VALUE).orElse(0L);
    return new Search.Random(count == null ? 1 : count, seed, inner.origin("trials"));
  }

  private Metric metric(Fields fields) {
    Located written = fields.get("metric");
    Located.Mapping mapping =
        written instanceof Located.Scalar
            ? Located.Mapping.empty(written.origin()).with("name", written)
            : fields.mapping("metric", "like {name: final/test_bpd, direction: minimize}");
    Fields inner = new Fields("metric", mapping, problems);
    inner.expectOnly(List.of("name", "direction"));
    String name = KnownMetrics.USUAL;
    if (inner.get("name") instanceof Located.Scalar scalar) {
      name = scalar.text();
      if (!KnownMetrics.NAMES.contains(name)) {
        String meant = Suggestions.nearestOrAll(name, KnownMetrics.NAMES, "a run has");
        inner.problem("name", "unknown metric '" + name + "'", meant);
      }
    } else if (inner.get("name") != null) {
      inner.problem("name", "expected the name of a metric", "like final/test_bpd");
    }
    boolean maximize =
        inner
            .choice("direction", List.of("minimize", "maximize"))
            .filter("maximize"::equals)
            .isPresent();
    return new Metric(name, maximize ? Metric.Direction.MAXIMIZE : Metric.Direction.MINIMIZE);
  }

  private String stem() {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = (dot > 0 ? name.substring(0, dot) : name).replaceAll("[^A-Za-z0-9._-]", "-");
    String usable = stem.replaceAll("^[^A-Za-z0-9]+", "");
    return usable.isEmpty() ? "sweep" : usable.substring(0, Math.min(60, usable.length()));
  }
}
