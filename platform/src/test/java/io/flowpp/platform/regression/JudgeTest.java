package io.flowpp.platform.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** What is compared where, and what each difference comes to. */
class JudgeTest {
  private static final Platform HERE =
      new Platform("Linux", "amd64", "avx2", "Some CPU", "17", "2.7");

  @TempDir Path folder;
  private RegressionSpec spec;
  private RegressionExperiment experiment;

  @BeforeEach
  void load() throws IOException {
    Files.createDirectories(folder.resolve("regression"));
    Files.writeString(
        folder.resolve("base.yaml"),
        """
        data: {source: images}
        model:
          dequantizer: {couplings: 1}
          flow: {filters: 8, blocks: 1, heads: 2, coupling: {components: 4}}
        pretraining: {kind: none}
        training: {steps: 100, batch: 8}
        """);
    spec = spec("");
    experiment = spec.experiments().get(0);
  }

  private RegressionSpec spec(String set) throws IOException {
    Path file = folder.resolve("regression").resolve("x.yaml");
    Files.writeString(
        file,
        "experiments: {a: {base: ../base.yaml, seeds: [1, 2, 3], set: {"
            + set
            + "}}}\nchecks: {quality: {}, exactness: {}, speed: {}, memory: {}, samples: {}}\n");
    return RegressionFiles.load(file, Map.of());
  }

  @Test
  void equalResultsPassEveryCheck() {
    assertThat(judge(HERE, UnaryOperator.identity()))
        .hasSize(7)
        .allMatch(result -> result.verdict() == Judgement.PASS);
  }

  @Test
  void aLargeLossFailsAndALargeGainIsToBeLookedAt() {
    assertThat(verdict("quality", judge(HERE, seed -> bpd(seed, 5 + .3 + seed.seed() * .001))))
        .isEqualTo(Judgement.FAIL);
    CheckResult gain =
        named("quality", judge(HERE, seed -> bpd(seed, 5 - .3 + seed.seed() * .001)));
    assertThat(gain.verdict()).isEqualTo(Judgement.INVESTIGATE);
    assertThat(gain.words()).contains("log-determinant");
  }

  @Test
  void aMetricThatIsNoNumberFails() {
    CheckResult result = named("quality", judge(HERE, seed -> bpd(seed, Double.NaN)));
    assertThat(result.verdict()).isEqualTo(Judgement.FAIL);
    assertThat(result.words()).contains("no number in 3 of 3");
  }

  @Test
  void aMetricThatTheBaselineDoesNotHaveIsUndecided() {
    Baseline without = baseline(HERE, measured(seed -> with(seed, Map.of())), experiment);
    List<CheckResult> results =
        new Judge(spec, without, HERE).judge(experiment, measured(UnaryOperator.identity()), 1);
    assertThat(verdict("quality", results)).isEqualTo(Judgement.INVESTIGATE);
  }

  @Test
  void otherWeightsFailOnTheSamePlatformOnly() {
    UnaryOperator<SeedResult> other =
        seed -> new SeedResult(seed.seed(), "0" + seed.seed(), seed.metrics(), seed.samples());
    assertThat(verdict("exactness", judge(HERE, other))).isEqualTo(Judgement.FAIL);
    Platform larger = new Platform("Linux", "amd64", "avx512", "Some CPU", "17", "2.7");
    List<CheckResult> elsewhere = judge(larger, other);
    for (String name : List.of("exactness", "speed", "memory")) {
      CheckResult skipped = named(name, elsewhere);
      assertThat(skipped.verdict()).isEqualTo(Judgement.SKIPPED);
      assertThat(skipped.words()).contains("instruction set avx512 here, avx2 in the baseline");
    }
    assertThat(verdict("quality", elsewhere)).isEqualTo(Judgement.PASS);
  }

  @Test
  void onAnotherProcessorOfTheSamePlatformOtherWeightsAreForPeopleToJudge() {
    Platform alike = new Platform("Linux", "amd64", "avx2", "Other CPU", "17", "2.7");
    CheckResult result =
        named(
            "exactness",
            judge(alike, seed -> new SeedResult(seed.seed(), "0", seed.metrics(), seed.samples())));
    assertThat(result.verdict()).isEqualTo(Judgement.INVESTIGATE);
    assertThat(result.words()).contains("processor Other CPU here, Some CPU in the baseline");
  }

  @Test
  void twiceTheTimeFailsAndHalfOfItPasses() {
    Baseline baseline = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    Judge judge = new Judge(spec, baseline, HERE);
    assertThat(verdict("speed", judge.judge(experiment, costing(2, 1), 1)))
        .isEqualTo(Judgement.FAIL);
    assertThat(verdict("speed", judge.judge(experiment, costing(.5, 1), 1)))
        .isEqualTo(Judgement.PASS);
    assertThat(verdict("memory", judge.judge(experiment, costing(1, 2), 1)))
        .isEqualTo(Judgement.FAIL);
  }

  @Test
  void anExperimentThatHasChangedIsNotCompared() throws IOException {
    Baseline baseline = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    RegressionSpec changed = spec("training.steps: 101");
    Judge judge = new Judge(changed, baseline, HERE);
    RegressionExperiment now = changed.experiments().get(0);
    assertThat(judge.stale(experiment)).isEmpty();
    assertThat(judge.stale(now)).hasValueSatisfying(why -> assertThat(why).contains("has changed"));
    assertThat(judge.undecided(now, judge.stale(now).orElseThrow()))
        .allMatch(result -> result.verdict() == Judgement.INVESTIGATE);
  }

  @Test
  void moreRepeatsThanTheBaselineHasForTwoLooksAreSeenBeforeAnythingIsRun() throws IOException {
    Baseline baseline = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    Path file = spec.file();
    Files.writeString(file, Files.readString(file).replace("speed: {}", "speed: {repeats: 6}"));
    RegressionSpec more = RegressionFiles.load(file, Map.of());
    assertThat(new Judge(more, baseline, HERE).stale(more.experiments().get(0)))
        .hasValue("the baseline has speed and memory of 10 processes, and two looks take 12");
    Files.writeString(
        file,
        Files.readString(file).replace("speed: {repeats: 6}, memory: {}", "speed: {repeats: 4}"));
    RegressionSpec fewer = RegressionFiles.load(file, Map.of());
    assertThat(new Judge(fewer, baseline, HERE).stale(fewer.experiments().get(0))).isEmpty();
  }

  @Test
  void everyKindOfMachineHasABaselineOfItsOwnAndOthersFallBackOnTheFirst() {
    Platform larger = new Platform("Linux", "amd64", "avx512+bf16", "Some CPU", "17", "2.7");
    Baseline first = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    assertThat(BaselineFile.find(spec, HERE)).isEmpty();
    assertThat(BaselineFile.place(spec, larger)).isEqualTo(spec.baseline());
    BaselineFile.write(spec.baseline(), first);
    assertThat(BaselineFile.find(spec, larger).orElseThrow().baseline()).isEqualTo(first);

    Path second = BaselineFile.place(spec, larger);
    assertThat(second.getFileName().toString())
        .matches("x@linux-amd64-avx512-bf16-[0-9a-f]{8}.json");
    Baseline its = baseline(larger, measured(UnaryOperator.identity()), experiment);
    BaselineFile.write(second, its);
    assertThat(BaselineFile.find(spec, larger)).contains(new BaselineFile.Found(second, its));
    assertThat(BaselineFile.find(spec, HERE).orElseThrow().baseline()).isEqualTo(first);
    assertThat(BaselineFile.place(spec, HERE)).isEqualTo(spec.baseline());
    Platform newer = new Platform("Linux", "amd64", "avx512+bf16", "Some CPU", "21", "2.8");
    assertThat(BaselineFile.place(spec, newer)).as("other software").isEqualTo(second);
    assertThat(spec.baseline().toFile().delete()).isTrue();
    assertThat(BaselineFile.find(spec, HERE)).contains(new BaselineFile.Found(second, its));
  }

  @Test
  void checksThatAreNotMadeAreSaidLoudlyAndCanBeRequired() {
    Platform larger = new Platform("Linux", "amd64", "avx512", "Some CPU", "17", "2.7");
    List<CheckResult> checks = judge(larger, UnaryOperator.identity());
    assertThat(checks).hasSize(7);
    RegressionResult result =
        new RegressionResult(
            "x",
            spec.file(),
            Judgement.PASS,
            checks,
            folder,
            baseline(HERE, measured(UnaryOperator.identity()), experiment),
            larger,
            Instant.EPOCH,
            1);
    String accept = "flowpp regress accept " + spec.file() + " --reason TEXT";
    assertThat(MarkdownSummary.of(result))
        .startsWith("### Regression `x`: pass, but 3 of 7 CHECKS NOT MADE\n")
        .contains("NOT CHECKED on this machine: exactness of a, speed of a, memory of a.")
        .contains(accept)
        .doesNotContain("Nothing has become worse");
    assertThat(JunitXml.of(result).split("<skipped message=\"not compared: instruction set", -1))
        .hasSize(4)
        .allMatch(part -> part.startsWith("<?xml") || part.contains(accept));
    List<Judgement> required =
        checks.stream().map(CheckResult::required).map(CheckResult::verdict).toList();
    assertThat(required).doesNotContain(Judgement.SKIPPED);
    assertThat(Judgement.of(required)).isEqualTo(Judgement.INVESTIGATE);
  }

  @Test
  void acceptingAgainShowsOldAndNewValues() {
    Baseline before = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    UnaryOperator<SeedResult> change =
        seed ->
            new SeedResult(
                seed.seed(),
                seed.seed() == 1 ? seed.weightsSha256() : "other",
                Map.of("final/test_bpd", 4.5),
                new SeedResult.Pixels(.2, .4, .25));
    Measured now = measured(change).and(List.of(), new Costs(List.of(), List.of(9e8)));
    List<BaselineChange> changes =
        BaselineChange.between(spec, before, baseline(HERE, now, experiment));
    assertThat(changes)
        .extracting(BaselineChange::name)
        .containsExactly(
            "quality",
            "exactness",
            "speed",
            "memory",
            "samples.leak",
            "samples.mean",
            "samples.spread");
    assertThat(changes).allMatch(each -> each.experiment().equals("a"));
    assertThat(Objects.requireNonNull(changes.get(0).before())).isCloseTo(5.002, within(1e-9));
    assertThat(changes.get(0).after()).isEqualTo(4.5);
    assertThat(changes.get(1))
        .as("seeds with the weights of now")
        .isEqualTo(new BaselineChange("a", "exactness", 1., 3.));
    assertThat(changes.get(3).after())
        .isGreaterThan(Objects.requireNonNull(changes.get(3).before()));
    assertThat(changes.get(4).name()).isEqualTo("samples.leak");
    assertThat(Objects.requireNonNull(changes.get(4).before())).isCloseTo(.1, within(1e-9));
    assertThat(changes.get(4).after()).isCloseTo(.2, within(1e-9));
    assertThat(BaselineChange.between(spec, null, before))
        .hasSize(7)
        .allMatch(each -> each.before() == null);
  }

  @Test
  void otherImagesAreNotCompared() {
    Measured then = measured(UnaryOperator.identity());
    Measured now = new Measured(then.config(), "other", then.compute(), then.seeds(), then.costs());
    assertThat(new Judge(spec, baseline(HERE, then, experiment), HERE).judge(experiment, now, 1))
        .allMatch(result -> result.verdict() == Judgement.INVESTIGATE);
  }

  @Test
  void whereNothingIsComparedNothingIsGreen() {
    assertThat(Judgement.of(List.of(Judgement.SKIPPED))).isEqualTo(Judgement.INVESTIGATE);
    assertThat(Judgement.of(List.of())).isEqualTo(Judgement.INVESTIGATE);
    assertThat(Judgement.of(List.of(Judgement.SKIPPED, Judgement.PASS))).isEqualTo(Judgement.PASS);
    assertThat(Judgement.of(List.of(Judgement.INVESTIGATE, Judgement.FAIL)))
        .isEqualTo(Judgement.FAIL);
  }

  @Test
  void aBaselineIsReadAsItWasWritten() {
    Baseline baseline = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    BaselineFile.write(spec.baseline(), baseline);
    assertThat(BaselineFile.find(spec, HERE))
        .contains(new BaselineFile.Found(spec.baseline(), baseline));
  }

  @Test
  void anEditedBaselineIsRefused() throws IOException {
    BaselineFile.write(
        spec.baseline(), baseline(HERE, measured(UnaryOperator.identity()), experiment));
    Files.writeString(
        spec.baseline(), Files.readString(spec.baseline()).replaceFirst("5\\.001", "5.101"));
    refused("edited");
    Files.writeString(spec.baseline(), "{\"sha256\": ");
    refused("no baseline");
    Files.writeString(spec.baseline(), "[]");
    refused("no JSON object");
  }

  private void refused(String because) {
    assertThatThrownBy(() -> BaselineFile.find(spec, HERE))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(fault.line()).contains(because, "git checkout", "regress accept");
            });
  }

  @Test
  void theWholeLevelIsSharedByAllStatisticalJudgements() {
    assertThat(spec.level()).isEqualTo(.001 / 6);
  }

  @Test
  void outputsBearWhateverWordsThereAre() throws Exception {
    String nasty = "a | <b> & \"c\" \u0000\u001b[31m `d`\nnext ]]> \uD800 \u4e2d";
    List<CheckResult> checks =
        List.of(
            CheckResult.without("quality", "a", Judgement.FAIL, nasty),
            CheckResult.without("speed", "a", Judgement.SKIPPED, nasty),
            CheckResult.without("memory", "a", Judgement.INVESTIGATE, nasty),
            CheckResult.without("exactness", "a", Judgement.PASS, nasty),
            CheckResult.broken("samples.mean", "a", nasty));
    RegressionResult result =
        new RegressionResult(
            "x", folder, Judgement.FAIL, checks, folder, null, HERE, Instant.EPOCH, 1.5);
    String written = JunitXml.of(result);
    Validator schema = schema();
    schema.validate(new StreamSource(new StringReader(written)));
    assertThatThrownBy(
            () ->
                schema.validate(
                    new StreamSource(new StringReader(written.replace(" hostname=", " host=")))))
        .isInstanceOf(SAXException.class);
    Document junit =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new java.io.ByteArrayInputStream(
                    written.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    Element suite = (Element) junit.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("5");
    assertThat(suite.getAttribute("failures")).isEqualTo("2");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(junit.getElementsByTagName("error").getLength()).isEqualTo(1);
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(((Element) junit.getElementsByTagName("failure").item(1)).getAttribute("type"))
        .isEqualTo("investigate");
    List<String> rows =
        MarkdownSummary.of(result).lines().filter(line -> line.startsWith("| ")).toList();
    assertThat(rows).hasSize(6).allMatch(row -> row.split("(?<!\\\\)\\|", -1).length == 9);
  }

  private static Validator schema() throws SAXException {
    return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(JudgeTest.class.getResource("junit.xsd"))
        .newValidator();
  }

  private static SeedResult bpd(SeedResult seed, double value) {
    return with(seed, Map.of("final/test_bpd", value));
  }

  private static SeedResult with(SeedResult seed, Map<String, Double> metrics) {
    return new SeedResult(seed.seed(), seed.weightsSha256(), metrics, seed.samples());
  }

  private Measured measured(UnaryOperator<SeedResult> change) {
    List<SeedResult> seeds = new ArrayList<>();
    for (long seed = 1; seed <= 3; seed++) {
      seeds.add(
          change.apply(
              new SeedResult(
                  seed,
                  "aa" + seed,
                  Map.of("final/test_bpd", 5 + seed * .001),
                  new SeedResult.Pixels(.1, .3, .2))));
    }
    return new Measured(
        experiment.digest(),
        "images",
        new Measured.Compute("cpu", 1, "fp32"),
        seeds,
        new Costs(
            List.of(30., 30.4, 29.8, 30.1, 30.3, 30., 30.4, 29.8, 30.1, 30.3),
            List.of(3e8, 3.1e8, 3e8, 3e8, 3.1e8, 3e8, 3.1e8, 3e8, 3e8, 3.1e8)));
  }

  private Measured costing(double time, double memory) {
    return new Measured(
        experiment.digest(),
        "images",
        new Measured.Compute("cpu", 1, "fp32"),
        measured(UnaryOperator.identity()).seeds(),
        new Costs(
            List.of(30.1 * time, 30 * time, 30.2 * time, 29.9 * time, 30.2 * time),
            List.of(3e8 * memory, 3e8 * memory, 3.1e8 * memory, 3e8 * memory, 3e8 * memory)));
  }

  private static Baseline baseline(
      Platform platform, Measured measured, RegressionExperiment experiment) {
    return new Baseline(
        "x",
        "first",
        "2024-05-01T00:00:00Z",
        platform,
        Map.of("git.commit", "0123456789"),
        Map.of(experiment.name(), measured));
  }

  private List<CheckResult> judge(Platform here, UnaryOperator<SeedResult> change) {
    Baseline baseline = baseline(HERE, measured(UnaryOperator.identity()), experiment);
    return new Judge(spec, baseline, here).judge(experiment, measured(change), 1);
  }

  private static CheckResult named(String name, List<CheckResult> results) {
    return results.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  private static Judgement verdict(String name, List<CheckResult> results) {
    return named(name, results).verdict();
  }
}
