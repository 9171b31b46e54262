package io.flowpp.platform.compare;

import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes a comparison of runs: aligned, grouped, asked what can be asked. */
public final class Comparisons {
  private Comparisons() {}

  /**
   * @throws UserFault where the runs cannot be compared; it names them
   */
  public static Comparison of(CompareRequest request) {
    List<ComparedRun> runs = request.runs();
    if (runs.isEmpty()) {
      throw new UserFault(
          ExitCode.USAGE, "no-runs", "there are no runs to compare", null, "name at least two");
    }
    List<Arm> arms = Grouping.arms(runs, request.by(), request.baseline());
    Alignment alignment = Alignment.of(runs, request.images());
    ComparedMetric metric = ComparedMetric.of(request.metric(), runs);
    Judging judging = new Judging(arms, alignment, metric, metric.rules(request.margin()));
    Views asking = new Views(arms, alignment, metric, judging);
    List<View> views = asking.all();
    List<String> warnings = new ArrayList<>(request.warnings());
    warnings.addAll(alignment.warnings());
    warnings.addAll(Grouping.mixed(arms));
    warnings.addAll(oneSeed(arms));
    warnings.addAll(asking.notAsked());
    return new Comparison(
        request.title() == null
            ? arms.stream().map(Arm::name).collect(Collectors.joining(" against "))
            : request.title(),
        metric.name(),
        metric.unit(),
        judging.rules(),
        arms,
        Grouping.table(arms),
        warnings,
        views,
        request.page());
  }

  private static List<String> oneSeed(List<Arm> arms) {
    String alone =
        arms.stream()
            .filter(arm -> arm.runs().size() == 1)
            .map(Arm::name)
            .collect(Collectors.joining(", "));
    return alone.isEmpty()
        ? List.of()
        : List.of(
            "one seed of "
                + alone
                + ": verdicts with it speak of the trained models at hand, never of the methods; run at least two seeds an arm");
  }
}
