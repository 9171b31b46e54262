package io.flowpp.platform.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ConfigException;
import io.flowpp.platform.config.ConfigProblem;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.Located;
import io.flowpp.platform.config.Origin;
import io.flowpp.platform.config.Problems;
import io.flowpp.platform.execution.KnownMetrics;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.sweep.SweepDraft.DraftLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From what a sweep's file says to its trials. */
final class SweepMaker {
  private static final int USUAL_ATTEMPTS = 3;
  private static final Duration USUAL_HANG = Duration.ofMinutes(10);
  private static final int ID_DIGITS = 8;
  private static final String DEVICE = "execution.device";
  private static final String NO_MEANING = "has no meaning with ";

  private final SweepDraft draft;
  private final SweepDefaults defaults;
  private final Problems problems = new Problems();

  SweepMaker(SweepDraft draft, SweepDefaults defaults) {
    this.draft = draft;
    this.defaults = defaults;
  }

  /**
   * @throws ConfigException with all that is wrong with the trials
   */
  SweepSpec make() {
    LoadedExperiment base = load(Map.of(), problem -> problems.addAll(List.of(problem)));
    problems.throwIfAny();
    if (base == null) {
      throw new IllegalStateException("no base and no problem");
    }
    sameArms(base);
    List<Assignment> assignments = new Assignments(draft, problems).all();
    List<Long> seeds = draft.seeds().isEmpty() ? List.of(base.config().seed()) : draft.seeds();
    int count = assignments.size() * seeds.size();
    limitsFit(count, seeds.size());
    problems.throwIfAny();

    Limits limits = limits(count, base.config().execution().device());
    Integer written = base.config().execution().threads();
    int share = Math.max(1, defaults.cores() / limits.maxConcurrent());
    int threads =
        written != null ? written : defaults.threads() != null ? defaults.threads() : share;
    Origin experimentAt = base.origins().get("tracking.experiment");
    boolean named = experimentAt != null && !experimentAt.file().equals(Origin.DEFAULT);
    String experiment = named ? base.config().tracking().experiment() : draft.name();
    List<TrialSpec> trials = trials(assignments, seeds, experiment, threads);
    problems.throwIfAny();
    return new SweepSpec(
        draft.name(),
        draft.text(),
        experiment,
        ranges(seeds),
        draft.metric(),
        limits,
        threads,
        trials);
  }

  private List<TrialSpec> trials(
      List<Assignment> assignments, List<Long> seeds, String experiment, int threads) {
    List<TrialSpec> trials = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Map<ConfigProblem, List<String>> found = new LinkedHashMap<>();
    TrialNames names =
        new TrialNames(draft.name(), draft.parameters().stream().map(Swept::key).toList());
    for (Turn turn : turns(assignments, seeds)) {
      Map<String, String> params = turn.assignment().params(draft.parameters());
      String id = id(params, turn.seed(), ids);
      String name = names.name(params, turn.seed(), id);
      Map<String, Located.Scalar> settings = turn.assignment().settings();
      settings.put("name", word(name));
      settings.put("seed", number(turn.seed()));
      settings.put("tracking.experiment", word(experiment));
      settings.put("execution.threads", number(threads));
      String shown = params + " seed " + turn.seed();
      LoadedExperiment loaded =
          load(
              settings,
              problem -> found.computeIfAbsent(problem, p -> new ArrayList<>()).add(shown));
      if (loaded != null) {
        validates(loaded);
        ObjectNode config = loaded.standalone();
        trials.add(new TrialSpec(id, params, turn.seed(), name, config.toString()));
      }
    }
    int all = assignments.size() * seeds.size();
    found.forEach((problem, where) -> problems.addAll(List.of(advised(problem, where, all))));
    return trials;
  }

  private record Turn(Assignment assignment, long seed) {}

  /**
   * In a grid all of the first seed come first: every arm is seen early. A search goes draw by
   * draw, so that a longer one goes on where a shorter one ends.
   */
  private List<Turn> turns(List<Assignment> assignments, List<Long> seeds) {
    List<Turn> turns = new ArrayList<>();
    if (draft.search() instanceof Search.Random) {
      assignments.forEach(a -> seeds.forEach(seed -> turns.add(new Turn(a, seed))));
    } else {
      seeds.forEach(seed -> assignments.forEach(a -> turns.add(new Turn(a, seed))));
    }
    return turns;
  }

  /** More digits where another trial has these already, which hardly ever happens. */
  private static String id(Map<String, String> params, long seed, Set<String> taken) {
    String digest = StageJson.digest(Map.of("params", params, "seed", seed));
    int digits = ID_DIGITS;
    while (!taken.add(digest.substring(0, digits))) {
      digits++;
    }
    return digest.substring(0, digits);
  }

  private Located.Scalar word(String text) {
    return new Located.Scalar(draft.origin(), text, false);
  }

  private Located.Scalar number(long value) {
    return new Located.Scalar(draft.origin(), String.valueOf(value), true);
  }

  private @Nullable LoadedExperiment load(
      Map<String, Located.Scalar> settings, Consumer<ConfigProblem> told) {
    try {
      return draft.base().load(draft.set(), settings);
    } catch (ConfigException e) {
      e.problems().forEach(told);
      return null;
    }
  }

  /**
   * Says which trials have a problem that not all have. A parameter without a meaning in some needs
   * a condition there, not another value.
   */
  private ConfigProblem advised(ConfigProblem problem, List<String> trials, int all) {
    String advice = problem.suggestion();
    boolean swept = draft.parameters().stream().anyMatch(p -> p.key().equals(problem.key()));
    if (swept && problem.message().startsWith(NO_MEANING) && advice != null) {
      String or = "or set ";
      advice = "add when: {" + advice.substring(advice.lastIndexOf(or) + or.length()) + "}";
    }
    String where =
        trials.size() == all
            ? ""
            : " (in " + trials.size() + " of " + all + " trials, first " + trials.get(0) + ")";
    return new ConfigProblem(
        problem.file(), problem.line(), problem.key(), problem.message() + where, advice);
  }

  /** Ablations that come to the same experiment, however they are written. */
  private void sameArms(LoadedExperiment base) {
    Map<ObjectNode, Arm> seen = new HashMap<>();
    boolean conditional =
        draft.parameters().stream()
            .flatMap(parameter -> parameter.when().stream())
            .anyMatch(condition -> condition.key().equals(Arm.PARAMETER));
    for (Arm arm : draft.arms()) {
      LoadedExperiment loaded =
          arm.settings().isEmpty()
              ? base
              : load(arm.settings(), problem -> {}); // told with the trials
      if (loaded == null || conditional) {
        continue;
      }
      Arm twin = seen.putIfAbsent(loaded.tree(), arm);
      if (twin != null) {
        String message =
            "the same experiment as '" + twin.name() + "': what it sets holds there too";
        problems.add(arm.origin(), "ablations." + arm.name(), message, "change or remove one");
      }
    }
  }

  private void limitsFit(int trials, int seeds) {
    DraftLimits limits = draft.limits();
    if (limits.maxTrials() != null && limits.maxTrials() < trials) {
      String what = draft.search() instanceof Search.Random ? "the search has " : "the grid has ";
      String seedsToo = seeds > 1 ? " (" + seeds + " seeds included)" : "";
      problems.add(
          draft.at("limits.max-trials"),
          "limits.max-trials",
          what
              + trials
              + " trials"
              + seedsToo
              + ", but at most "
              + limits.maxTrials()
              + " are allowed",
          "raise it to " + trials + ", or try less");
    }
    if (limits.maxFailures() != null && limits.maxFailures() > trials && trials > 0) {
      problems.add(
          draft.at("limits.max-failures"),
          "limits.max-failures",
          limits.maxFailures() + " failures, but there are only " + trials + " trials",
          "use at most " + trials + ", or remove it");
    }
  }

  private Limits limits(int trials, String device) {
    DraftLimits limits = draft.limits();
    Integer atOnce = limits.maxConcurrent();
    if (atOnce == null) {
      Integer before = defaults.maxConcurrent();
      atOnce =
          before != null
              ? before
              : Math.max(1, Math.min(trials, Math.min(defaults.cores() / 2, places(device))));
    }
    return new Limits(
        limits.maxTrials(),
        atOnce,
        limits.maxFailures(),
        limits.maxHours(),
        limits.maxAttempts() == null ? USUAL_ATTEMPTS : limits.maxAttempts(),
        limits.hangAfter() == null ? USUAL_HANG : limits.hangAfter());
  }

  /** Trials that find a device at once: a trial on a GPU has it for itself. */
  private int places(String device) {
    boolean swept = draft.parameters().stream().anyMatch(p -> p.key().equals(DEVICE));
    boolean gpu = device.equals("auto") ? defaults.gpus() > 0 : device.contains("cuda");
    if (swept || !gpu) {
      return swept && defaults.gpus() > 0 ? defaults.gpus() : Integer.MAX_VALUE;
    }
    return device.equals("auto") ? defaults.gpus() : 1;
  }

  private void validates(LoadedExperiment trial) {
    String metric = draft.metric().name();
    if (KnownMetrics.needsValidation(metric) && trial.config().training().validateEvery() == 0) {
      String message =
          metric + " comes from validations, of which training.validate-every: 0 has none";
      problems.add(draft.at("metric"), "metric", message, "set training.validate-every");
    }
  }

  private Map<String, String> ranges(List<Long> seeds) {
    Map<String, String> ranges = new LinkedHashMap<>();
    if (!draft.arms().isEmpty()) {
      ranges.put(
          Arm.PARAMETER, draft.arms().stream().map(Arm::name).collect(Collectors.joining(", ")));
    }
    draft.parameters().forEach(parameter -> ranges.put(parameter.key(), parameter.words()));
    ranges.put("seed", seeds.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    return ranges;
  }
}
