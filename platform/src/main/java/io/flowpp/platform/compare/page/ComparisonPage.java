package io.flowpp.platform.compare.page;

import freemarker.core.TemplateHTMLOutputModel;
import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.ComparedRun;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.Scope;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.statistics.ImagePairs;
import io.flowpp.platform.compare.statistics.Rules.Better;
import io.flowpp.platform.report.Page;
import io.flowpp.platform.report.Show;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page: figures become words here, the template places them and escapes every one. */
final class ComparisonPage {
  private static final int DIGEST = 12;

  private final Comparison comparison;
  private final Numbers numbers;

  private ComparisonPage(Comparison comparison) {
    this.comparison = comparison;
    numbers = new Numbers(comparison);
  }

  static String html(Comparison comparison, List<Chart> charts) throws IOException {
    Map<String, Object> model = new ComparisonPage(comparison).model();
    Map<String, Object> figures = new HashMap<>();
    for (Chart chart : charts) {
      figures.put(
          chart.name().replace('-', '_'),
          Map.of("wide", svg(chart, Charts.WIDE), "narrow", svg(chart, Charts.NARROW)));
    }
    model.put("figures", figures);
    return Page.render(ComparisonPage.class, "compare.ftlh", model);
  }

  private static TemplateHTMLOutputModel svg(Chart chart, int width) {
    return Page.markup(Charts.svg(chart, width));
  }

  private Map<String, Object> model() {
    Map<String, Object> model = new HashMap<>();
    model.put(
        "css", Page.markup(Page.style() + Page.resource(ComparisonPage.class, "compare.css")));
    model.put("title", comparison.title());
    model.put("metric", comparison.metric());
    model.put("unit", comparison.unit());
    model.put("arms", Show.plural(comparison.arms().size(), "arm"));
    model.put("runCount", Show.plural(Answer.runs(comparison), "run"));
    String page = comparison.page();
    // Whatever else an address may begin with is no web page; javascript: would even run.
    boolean link = page != null && (page.startsWith("http://") || page.startsWith("https://"));
    model.put("page", link && page != null ? page : "");
    model.put("level", Numbers.percent(1 - comparison.rules().level()));
    model.put("margin", Numbers.plain(comparison.rules().margin()));
    model.put("good", comparison.rules().better() == Better.LOWER ? "lower" : "higher");
    model.put("headline", Answer.headline(comparison));
    model.put("baseline", Answer.baseline(comparison, numbers));
    model.put("baselineName", comparison.baseline().name());
    model.put("warnings", comparison.warnings());
    List<Map<String, Object>> views = new ArrayList<>();
    comparison.views().forEach(view -> views.add(view(view)));
    model.put("views", views);
    model.put("differences", differences());
    model.put("ofImages", Method.OF_IMAGES);
    model.put("method", Method.lines(comparison));
    model.put("runs", runs());
    return model;
  }

  private Map<String, Object> view(View view) {
    List<Map<String, Object>> rows = new ArrayList<>();
    view.rows().forEach(row -> rows.add(row(row)));
    List<Map<String, String>> left = new ArrayList<>();
    Answer.left(comparison, view).forEach((arm, why) -> left.add(Map.of("arm", arm, "why", why)));
    List<Map<String, String>> images = new ArrayList<>();
    for (Row row : view.rows()) {
      Against against = row.against();
      ImagePairs pairs = against == null ? null : against.images();
      if (pairs != null) {
        images.add(
            Map.of(
                "group", row.group(),
                "images", Show.count(pairs.images()),
                "delta", Numbers.printed(numbers.change(pairs.delta())),
                "interval", Numbers.printed(numbers.changes(pairs.interval())),
                "p", Numbers.printed(Numbers.p(pairs.wilcoxonP()))));
      }
    }
    return Map.of(
        "name",
        view.name(),
        "question",
        view.question(),
        "overImages",
        view.rows().stream().anyMatch(row -> row.images() > 0),
        "rows",
        rows,
        "left",
        left,
        "images",
        images);
  }

  private Map<String, Object> row(Row row) {
    Map<String, Object> cells = new HashMap<>();
    Against against = row.against();
    cells.put("group", row.group());
    cells.put("seeds", Show.count(row.seeds()));
    cells.put("images", Numbers.printed(Tables.images(row)));
    cells.put("mean", Numbers.printed(numbers.value(row.mean())));
    cells.put("interval", Numbers.printed(numbers.interval(row.interval())));
    cells.put("baseline", against == null);
    cells.put("verdict", Tables.verdict(row));
    cells.put("kind", against == null ? "baseline" : against.verdict().id());
    cells.put("models", against != null && against.scope() == Scope.MODELS);
    cells.put("delta", against == null ? "" : Numbers.printed(numbers.change(against.delta())));
    cells.put(
        "deltaInterval",
        against == null ? "" : Numbers.printed(numbers.changes(against.interval())));
    cells.put("p", against == null ? "" : Numbers.printed(Numbers.p(against.p())));
    cells.put("pAdjusted", against == null ? "" : Numbers.printed(Numbers.p(against.pAdjusted())));
    cells.put("needed", against == null ? "" : Numbers.printed(Tables.seedsNeeded(row)));
    cells.put("sentence", against == null ? "" : Answer.sentence(against));
    return cells;
  }

  private List<Map<String, Object>> differences() {
    List<Map<String, Object>> all = new ArrayList<>();
    @Nullable String before = null;
    for (Differences each : Differences.of(comparison)) {
      all.add(
          Map.of(
              "arm", each.arm(),
              "first", !each.arm().equals(before),
              "parameter", each.parameter(),
              "value", each.value(),
              "baseline", each.baseline()));
      before = each.arm();
    }
    return all;
  }

  private List<Map<String, String>> runs() {
    List<Map<String, String>> runs = new ArrayList<>();
    for (Arm arm : comparison.arms()) {
      for (ComparedRun run : arm.runs()) {
        String weights = run.weightsSha256();
        double value = run.metrics().getOrDefault(comparison.metric(), Double.NaN);
        runs.add(
            Map.of(
                "arm", arm.name(),
                "seed", Long.toString(run.seed()),
                "id", run.runId(),
                "value", Numbers.printed(numbers.value(value)),
                "time", Numbers.printed(Answer.time(run)),
                "parameters", Show.count(run.modelParameters()),
                "weights", weights.substring(0, Math.min(DIGEST, weights.length()))));
      }
    }
    return runs;
  }
}
