package io.flowpp.platform.report;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ModelPicture;
import io.flowpp.core.spec.ModelTable;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The page: figures become words and pictures here, the template places them and escapes every one.
 */
final class ReportPage {
  private static final int EXTREMES = 12;
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private ReportPage() {}

  static String html(ReportInput input) throws IOException {
    return Page.render(ReportPage.class, "report.ftlh", model(input));
  }

  private static Map<String, Object> model(ReportInput input) throws IOException {
    Standing standing = Standing.of(input);
    Map<String, Object> model = new HashMap<>();
    model.put("css", Page.markup(Page.style()));
    run(input, model);
    answer(input, standing, model);
    images(input, model);
    curves(input, model);
    tables(input, model);
    return model;
  }

  private static void run(ReportInput input, Map<String, Object> model) {
    ReportInput.Run run = input.run();
    ReportInput.Data data = input.data();
    model.put("name", run.name());
    model.put("id", run.id());
    model.put("seed", Long.toString(run.seed()));
    model.put("finished", WHEN.format(run.finished()));
    model.put("config", run.config());
    model.put("command", run.command());
    String page = run.trackingPage();
    String uri = run.trackingUri();
    String address = page != null ? page : uri != null ? uri : "";
    model.put("tracking", address);
    // Whatever else an address may begin with is no web page; javascript: would even run.
    model.put("trackingIsLink", address.startsWith("http://") || address.startsWith("https://"));
    model.put("dataName", data.name());
    model.put("dataDigest", data.digest());
    model.put("train", Show.count(data.train()));
    model.put("validation", Show.count(data.validation()));
    model.put("test", Show.count(data.test()));
    ReportInput.Versions versions = input.versions();
    String commit = versions.gitCommit();
    model.put(
        "versions",
        "Flow++ Lab "
            + versions.flowpp()
            + ", Java "
            + versions.java()
            + ", libtorch "
            + versions.libtorch());
    model.put("commit", commit == null ? "" : commit);
  }

  private static void answer(ReportInput input, Standing standing, Map<String, Object> model) {
    double bpd = standing.model();
    model.put("bpd", Show.bits(bpd));
    double half = Reading.halfInterval(input.scores());
    model.put("interval", Double.isFinite(half) ? Show.bits(half) : "");
    model.put("verdict", Reading.verdict(input, standing));
    model.put("bytes", Reading.bytes(input, bpd));
    model.put("published", Reading.published(standing));
    model.put("quoted", !standing.quoted().codecs().isEmpty());
    model.put("elbo", Show.bits(input.metric("test/bpd_elbo")));
    model.put("gap", Show.decimal(input.metric("test/dequantization_gap"), 4));
    model.put("ess", Show.decimal(input.metric("test/ess"), 2));
    model.put("samples", Show.plural(input.evaluation().samples(), "importance sample"));
    model.put("sampleCount", Show.count(input.evaluation().samples()));
    model.put("images", Show.plural(input.evaluation().images(), "test image"));
    double longest =
        Math.max(
            input.model().bits(),
            standing.entries().stream()
                .mapToDouble(Standing.Entry::bitsPerDim)
                .filter(Double::isFinite)
                .max()
                .orElse(1));
    List<Map<String, String>> bars = new ArrayList<>();
    for (Standing.Entry e : standing.entries()) {
      double width = Double.isFinite(e.bitsPerDim()) ? 100 * e.bitsPerDim() / longest : 0;
      bars.add(
          Map.of(
              "name", e.name(),
              "value", Show.bits(e.bitsPerDim()),
              "kind", e.origin().name().toLowerCase(Locale.ROOT).replace('_', '-'),
              "note", e.origin() == Standing.Origin.QUOTED ? "quoted" : "",
              "width", String.format(Locale.ROOT, "%.2f", width)));
    }
    model.put("bars", bars);
  }

  private static void images(ReportInput input, Map<String, Object> model) throws IOException {
    SampleGrid samples = input.samples();
    model.put("samplesImage", Pictures.dataUri(Figures.samples(samples)));
    model.put("samplesShown", Show.plural(samples.images(), "image"));
    model.put("leak", Show.decimal(100 * samples.leak(), 1));
    SampleGrid rows = input.reconstructions();
    int columns = rows.images() / 3;
    List<Map<String, String>> strips = new ArrayList<>();
    List<String> captions =
        List.of("Real test images x", "Dequantized x + u", "Through the flow and back");
    for (int r = 0; r < 3; r++) {
      strips.add(
          Map.of(
              "caption",
              captions.get(r),
              "image",
              Pictures.dataUri(Pictures.png(rows, r * columns, (r + 1) * columns, columns))));
    }
    model.put("roundTrip", Reading.roundTrip(rows));
    model.put("strips", strips);
    List<ImageScore> ranked =
        input.scores().stream()
            .sorted(
                Comparator.comparingDouble(ImageScore::bitsPerDim)
                    .thenComparingInt(ImageScore::index))
            .toList();
    int each = Math.min(EXTREMES, Math.max(1, ranked.size() / 2));
    model.put("best", thumbnails(input, ranked.subList(0, each)));
    List<ImageScore> worst = new ArrayList<>(ranked.subList(ranked.size() - each, ranked.size()));
    Collections.reverse(worst);
    model.put("worst", thumbnails(input, worst));
    model.put("histogramWide", Page.markup(Histogram.svg(input.scores(), 760, 220)));
    model.put("histogramNarrow", Page.markup(Histogram.svg(input.scores(), 350, 200)));
  }

  private static List<Map<String, String>> thumbnails(ReportInput input, List<ImageScore> scores)
      throws IOException {
    List<Map<String, String>> thumbnails = new ArrayList<>();
    for (ImageScore s : scores) {
      String image = Pictures.dataUri(Pictures.thumbnail(input.test(), s.index()));
      thumbnails.add(
          Map.of(
              "image",
              image,
              "bpd",
              Show.bits(s.bitsPerDim()),
              "index",
              Integer.toString(s.index()),
              "label",
              Integer.toString(s.label())));
    }
    return thumbnails;
  }

  private static void curves(ReportInput input, Map<String, Object> model) {
    CurveChart training = Figures.training(input);
    model.put(
        "curveWide", Page.markup(training.svg("curve-wide", 760, 380, "Bits/dim while training")));
    model.put(
        "curveNarrow",
        Page.markup(training.svg("curve-narrow", 350, 320, "Bits/dim while training")));
    model.put("pretrained", !input.pretraining().isEmpty());
    if (!input.pretraining().isEmpty()) {
      CurveChart pretraining = new CurveChart(input.pretraining(), List.of());
      model.put(
          "pretrainingWide",
          Page.markup(
              pretraining.svg("pretraining-wide", 760, 240, "The dequantizer's pretraining")));
      model.put(
          "pretrainingNarrow",
          Page.markup(
              pretraining.svg("pretraining-narrow", 350, 240, "The dequantizer's pretraining")));
    }
  }

  private static void tables(ReportInput input, Map<String, Object> model) {
    double seconds = input.stages().stream().mapToDouble(ReportInput.Stage::seconds).sum();
    List<Map<String, String>> stages = new ArrayList<>();
    for (ReportInput.Stage s : input.stages()) {
      String share =
          String.format(Locale.ROOT, "%.1f", seconds > 0 ? 100 * s.seconds() / seconds : 0);
      String key = s.key().length() > 12 ? s.key().substring(0, 12) : s.key();
      stages.add(
          Map.of(
              "name",
              s.name(),
              "status",
              s.status(),
              "key",
              key,
              "time",
              Show.duration(s.seconds()),
              "share",
              share));
    }
    model.put("stages", stages);
    model.put("totalTime", Show.duration(seconds));
    List<Map<String, String>> metrics = new ArrayList<>();
    input
        .metrics()
        .forEach((name, value) -> metrics.add(Map.of("name", name, "value", Show.metric(value))));
    model.put("metrics", metrics);
    ModelTable table = ModelTable.of(input.model());
    List<Map<String, String>> layers = new ArrayList<>();
    for (ModelTable.Row row : table.rows()) {
      layers.add(
          Map.of(
              "part",
              row.part().label(),
              "layer",
              row.layer(),
              "shape",
              row.shape().toString(),
              "detail",
              row.detail(),
              "parameters",
              Show.count(row.parameters())));
    }
    model.put("layers", layers);
    model.put("parameters", Show.count(table.parameters().total()));
    model.put("parametersDequantizer", Show.count(table.parameters().dequantizer()));
    model.put("parametersFlow", Show.count(table.parameters().flow()));
    model.put("picture", Page.markup(ModelPicture.svg(input.model())));
  }
}
