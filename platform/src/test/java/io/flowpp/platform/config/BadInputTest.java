package io.flowpp.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {
  @TempDir Path directory;

  private List<String> problemsOf(String text, String... overrides) {
    return ExperimentFolder.in(directory).with("x.yaml", text).problems("x.yaml", overrides);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "trainng: {steps: 3}         | x.yaml:2: trainng: unknown key; did you mean 'training'?",
        "training: {learning_rate: 3}| x.yaml:2: training.learning_rate: unknown key; it stands at training.optimizer.learning-rate",
        "training.steps: 3           | x.yaml:2: training.steps: unknown key; write one key a line, 'training:', and under it 'steps:'",
        "tracking: {zzzzz: 3}        | x.yaml:2: tracking.zzzzz: unknown key; known keys: experiment, checkpoints, register, system-metrics-every, sample-grids",
        "training: {steps: many}     | x.yaml:2: training.steps: expected a whole number of at least 1, found 'many'",
        "training: {steps: '12'}     | x.yaml:2: training.steps: expected a whole number of at least 1, found '12'",
        "training: {steps: 1.5}      | x.yaml:2: training.steps: expected a whole number of at least 1, found 1.5",
        "training: {steps: 0}        | x.yaml:2: training.steps: expected a whole number of at least 1, found 0",
        "training: {steps: 99999999999} | x.yaml:2: training.steps: expected a whole number of at least 1, found 99999999999",
        "training: {steps: [1, 2]}   | x.yaml:2: training.steps: expected a whole number of at least 1, found a list",
        "training: {steps: {a: 1}}   | x.yaml:2: training.steps: expected a whole number of at least 1, found keys with values",
        "training: {ema: 1}          | x.yaml:2: training.ema: expected a number of at least 0 and below 1, found 1",
        "training: {clip: .nan}      | x.yaml:2: training.clip: expected a number above 0 and at most 1000000, found '.nan'",
        "training: {precision: fp16} | x.yaml:2: training.precision: expected fp32 or bf16, found 'fp16'",
        "training: {memory: small}   | x.yaml:2: training.memory: expected auto, fast or lean, found 'small'",
        "training: [steps, 3]        | x.yaml:2: training: expected keys with values, found a list; known keys: steps, batch, init-batch, optimizer, schedule, ema, clip, validate-every, validation-images, checkpoint-every, precision, memory, micro-batch, tf32, ema-warmup, patience, overfit-batches, result, stability, keep",
        "data: {bits: 9}             | x.yaml:2: data.bits: expected a whole number from 1 to 8, found 9",
        "data: {format: idxx}        | x.yaml:2: data.format: expected idx or cifar-binary, found 'idxx'; did you mean 'idx'?",
        "data: {shape: 28x28}        | x.yaml:2: data.shape: expected HEIGHTxWIDTHxCHANNELS like 28x28x1, found '28x28'",
        "data: {shape: 27x28x1}      | x.yaml:2: data.shape: 's2d' needs an even height and width, but finds 27x28x1; change model.flow.layout or data.shape",
        "model: {flow: {attention: yes}} | x.yaml:2: model.flow.attention: expected true or false, found 'yes'; did you mean 'true'?",
        "model: {flow: {heads: 3}}   | x.yaml:2: model.flow.heads: 8 filters do not divide into 3 attention heads; use a divisor of 8, or set model.flow.filters",
        "model: {flow: {layout: ch2}}| x.yaml:2: model.flow.layout: 'ch2' needs an even number of channels, but finds 28x28x1; change model.flow.layout or data.shape",
        "model: {flow: {layout: cb2 s3d}} | x.yaml:2: model.flow.layout: expected steps like 'cb4 s2d ch2 cb3' (cbN, chN: N couplings on checkerboard or channel halves, s2d: space to depth), found 'cb2 s3d'",
        "model: {flow: {layout: s2d s2d s2d}} | x.yaml:2: model.flow.layout: 's2d' needs an even height and width, but finds 7x7x16; change model.flow.layout or data.shape",
        "model: {flow: {layout: s2d}}| x.yaml:2: model.flow.layout: no coupling, so nothing is learned; change model.flow.layout or data.shape",
        "model: {flow: {attention: false, heads: 2}} | x.yaml:2: model.flow.heads: has no meaning with model.flow.attention: false; remove it, or set model.flow.attention: true",
        "model: {preset: smal}       | x.yaml:2: model.preset: unknown preset; did you mean 'small'?",
        "model: {preset: [a]}        | x.yaml:2: model.preset: expected the name of a preset, found a list",
        "pretraining: {kind: proxy}  | x.yaml:2: pretraining.steps: missing, expected a whole number of at least 1; give it, or set pretraining.kind: none",
        "model: {flow: {coupling: {kind: affine, components: 2}}} | x.yaml:2: model.flow.coupling.components: has no meaning with model.flow.coupling.kind: affine; remove it, or set model.flow.coupling.kind: mixture",
        "training: {schedule: {kind: cosine, warmup: 10, horizon: 10}} | x.yaml:2: training.schedule.horizon: step 10 lies within the warm-up of 10 steps; use a later step, or a shorter warm-up",
        "model: {flow: {mixing: false, heads: 2}} | x.yaml:2: model.flow.heads: has no meaning with model.flow.mixing: false; remove it, or set model.flow.mixing: true",
        "model: {flow: {mixing: false, attention: false}} | x.yaml:2: model.flow.attention: has no meaning with model.flow.mixing: false; remove it, or set model.flow.mixing: true",
        "model: {flow: {coupling: {kind: affine, arithmetic: float64}}} | x.yaml:2: model.flow.coupling.arithmetic: has no meaning with model.flow.coupling.kind: affine; remove it, or set model.flow.coupling.kind: mixture",
        "model: {flow: {coupling: {arithmetic: float32}}} | x.yaml:2: model.flow.coupling.arithmetic: expected network or float64, found 'float32'; did you mean 'float64'?",
        "model: {flow: {weight-norm: V}} | x.yaml:2: model.flow.weight-norm: expected true or false, found 'V'",
        "model: {dequantizer: {context-heads: 4}} | x.yaml:2: model.dequantizer.context-heads: has no meaning with model.dequantizer.context-norm: false; remove it, or set model.dequantizer.context-norm: true",
        "model: {dequantizer: {context-norm: true, context-heads: 5}} | x.yaml:2: model.dequantizer.context-heads: 32 filters do not divide into 5 attention heads; use a divisor of 32, or set model.dequantizer.context-filters",
        "model: {dequantizer: {mixing: false, context-norm: true, context-heads: 4, context-filters: 30}} | x.yaml:2: model.dequantizer.context-filters: 30 does not divide into 4 attention heads; use a multiple of 4, or set model.dequantizer.context-heads",
        "training: {schedule: {kind: pieces}} | x.yaml:2: training.schedule.pieces: missing, expected pieces like 'linear to 1 until 5000 then hold until 50000 then decay 0.9999 to 0.3' (linear [from A] to B until STEP, hold [A] [until STEP], decay RATIO [from A] to B [until STEP]); give it",
        "training: {schedule: {kind: pieces, pieces: linear to 1}} | x.yaml:2: training.schedule.pieces: expected pieces like 'linear to 1 until 5000 then hold until 50000 then decay 0.9999 to 0.3' (linear [from A] to B until STEP, hold [A] [until STEP], decay RATIO [from A] to B [until STEP]), found 'linear to 1'",
        "training: {schedule: {kind: pieces, pieces: hold .5 until 9 then linear to 1 until 9}} | x.yaml:2: training.schedule.pieces: piece 2 must end after step 9, not at step 9",
        "training: {schedule: {kind: pieces, pieces: hold 2}} | x.yaml:2: training.schedule.pieces: a schedule's factor of the peak lies in [0,1], not 2.0",
        "training: {schedule: {kind: pieces, pieces: hold 1, warmup: 3}} | x.yaml:2: training.schedule.warmup: has no meaning with training.schedule.kind: pieces; remove it, or set training.schedule.kind: constant",
        "training: {schedule: {pieces: hold 1}} | x.yaml:2: training.schedule.pieces: has no meaning with training.schedule.kind: constant; remove it, or set training.schedule.kind: pieces",
        "training: {schedule: {kind: cosin, floor: .1}} | x.yaml:2: training.schedule.kind: expected constant, cosine or pieces, found 'cosin'; did you mean 'cosine'?",
        "name: a/b                   | x.yaml:2: name: expected a name of letters, digits, '.', '_' and '-', up to 100, found 'a/b'",
        "execution: {device: cuda}   | x.yaml:2: execution.device: expected auto, cpu or cuda:N, or several such as 'cuda:0,cuda:1', found 'cuda'",
        "data: {source: '${ENV:NOWHERE}'} | x.yaml:2: data.source: the environment has no variable NOWHERE; set it: export NOWHERE=...",
        "data: {source: '${HOME}'}   | x.yaml:2: data.source: expected ${ENV:NAME}, found ${HOME}; only variables of the environment can be named here",
        "seed: !!python/name:os 1    | x.yaml:2: not valid YAML: Global tag is not allowed: tag:yaml.org,2002:python/name:os; check the indentation and the colons here and above",
        "seed: !mine 1               | x.yaml:2: seed: tags have no meaning here, found !mine; remove the tag",
        "? [a]                       | x.yaml:2: a key must be a word; put quotes around a value with braces",
        "training: &t {steps: *t}    | x.yaml:2: training.steps: an anchor that contains itself; write the value out",
        "seed: *nowhere              | x.yaml:2: not valid YAML: found undefined alias nowhere; check the indentation and the colons here and above",
      })
  void oneMistakeIsOneLine(String line, String expected) {
    assertThat(problemsOf("extends: base.yaml\n" + line + "\n")).containsExactly(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "training.steps | command line: expected KEY=VALUE, found 'training.steps'; like training.steps=100",
        "=3             | command line: expected KEY=VALUE, found '=3'; like training.steps=100",
        "a..b=3         | command line: expected KEY=VALUE, found 'a..b=3'; like training.steps=100",
        "trainig.steps=3| command line: trainig: unknown key; did you mean 'training'?",
        "seed.x=3       | command line: seed: expected a whole number of at least 0, found keys with values",
        "training=3     | command line: training: expected keys with values, found 3; known keys: steps, batch, init-batch, optimizer, schedule, ema, clip, validate-every, validation-images, checkpoint-every, precision, memory, micro-batch, tf32, ema-warmup, patience, overfit-batches, result, stability, keep",
        "name=[a        | command line: name: not valid YAML: while parsing a flow sequence, expected ',' or ']', but got <stream end>; put quotes around a value with special characters",
        "extends=b.yaml | command line: extends: a base belongs into the file; write 'extends: FILE' there",
        "model.preset=smal | command line: model.preset: unknown preset; did you mean 'small'?",
        "model.dequantizer.kind=uniform pretraining.kind=proxy | command line: pretraining.kind: uniform dequantization has nothing to pretrain; set pretraining.kind: none, or model.dequantizer.kind: variational",
      })
  void anOverrideIsToldAsOfTheCommandLine(String overrides, String expected) {
    assertThat(problemsOf(ExperimentFolder.BASE, overrides.split(" "))).containsExactly(expected);
  }

  @Test
  void aBrokenKindOfScheduleIsNoSecondProblemOfThePretraining() {
    assertThat(
            problemsOf(
                """
                extends: base.yaml
                training: {schedule: {kind: cosin}}
                pretraining: {kind: uniform, steps: 3, schedule: {floor: .5}}
                """))
        .containsExactly(
            "x.yaml:2: training.schedule.kind: expected constant, cosine or pieces, found 'cosin'; did you mean 'cosine'?");
  }

  @Test
  void aPresetIsAKnownNameAndNoPath() {
    ExperimentFolder.in(directory).with("secret.yaml", "seed: 1\n");
    assertThat(problemsOf("extends: base.yaml\nmodel: {preset: ../secret}\n"))
        .singleElement()
        .asString()
        .startsWith("x.yaml:2: model.preset: unknown preset; known presets: ")
        .contains("small");
  }

  @Test
  void aDuplicateKeyNamesBothLines() {
    assertThat(
            problemsOf("extends: base.yaml\nseed: 1\ntraining:\n  batch: 2\n  batch: 3\nseed: 2\n"))
        .containsExactly(
            "x.yaml:5: training.batch: duplicate key; line 4 has it already; remove one",
            "x.yaml:6: seed: duplicate key; line 2 has it already; remove one");
  }

  @Test
  void tabsAndBrokenLinesAreToldWithTheirLine() {
    assertThat(problemsOf("seed: 1\ntraining:\n\tsteps: 3\n"))
        .containsExactly("x.yaml:3: a tab in the indentation; indent with spaces");
    assertThat(problemsOf("seed: 1\n\nname: a: b\n"))
        .containsExactly(
            "x.yaml:3: not valid YAML: mapping values are not allowed here; check the indentation and the colons here and above");
    assertThat(problemsOf("seed: 1\n---\nseed: 2\n"))
        .containsExactly(
            "x.yaml:2: not valid YAML: expected a single document in the stream, but found another document; check the indentation and the colons here and above");
  }

  @Test
  void aFileWithoutKeysIsNoExperiment() {
    String advice = "start with 'model: {preset: ...}' or 'extends: FILE'";
    assertThat(problemsOf("")).containsExactly("x.yaml: the file is empty; " + advice);
    assertThat(problemsOf("# only a comment\n"))
        .containsExactly("x.yaml: the file is empty; " + advice);
    assertThat(problemsOf("- a\n- b\n"))
        .containsExactly(
            "x.yaml:1: expected keys with values, found a list; write 'key: value' lines");
    assertThat(problemsOf("hello\n"))
        .containsExactly(
            "x.yaml:1: expected keys with values, found 'hello'; write 'key: value' lines");
  }

  @Test
  void whatIsNoUtf8IsToldWithItsLine() throws IOException {
    Files.write(
        directory.resolve("l.yaml"),
        "seed: 1\nname: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(new ExperimentFolder(directory).problems("l.yaml"))
        .containsExactly("l.yaml:2: not UTF-8 text; save the file with the encoding UTF-8");
  }

  @Test
  void missingFilesSuggestTheirNeighbours() {
    ExperimentFolder folder = ExperimentFolder.in(directory).with("x.yaml", "extends: bse.yaml\n");
    assertThat(folder.problems("basse.yaml"))
        .containsExactly("basse.yaml: no such file; did you mean 'base.yaml'?");
    assertThat(folder.problems("x.yaml"))
        .containsExactly("x.yaml:1: extends: bse.yaml: no such file; did you mean 'base.yaml'?");
    assertThat(folder.problems("presets"))
        .containsExactly(
            "presets: is a directory, expected a YAML file; its folder has: small.yaml");
    assertThat(folder.problems("nowhere/x.yaml"))
        .containsExactly("nowhere/x.yaml: no such file; check the path");
  }

  @Test
  void aCircleOfFilesIsShownWhole() {
    ExperimentFolder folder =
        ExperimentFolder.in(directory)
            .with("a.yaml", "extends: b.yaml\n")
            .with("b.yaml", "seed: 1\nextends: a.yaml\n")
            .with("presets/self.yaml", "model: {preset: self}\n");
    assertThat(folder.problems("a.yaml"))
        .containsExactly(
            "b.yaml:2: extends: goes in a circle: a.yaml -> b.yaml -> a.yaml; take one of these out");
    assertThat(folder.problems("presets/self.yaml"))
        .containsExactly(
            "presets/self.yaml:1: model.preset: goes in a circle: presets/self.yaml -> presets/self.yaml; take one of these out");
  }

  @Test
  void anchorsThatMultiplyDoNotFillTheMemory() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append(("*a" + (i - 1) + ",").repeat(8)).append("x]\n");
    }
    assertThat(problemsOf(bomb.toString()))
        .containsExactly(
            "x.yaml:1: a4: not valid YAML: more than 10000 values, with what anchors repeat");
  }

  @Test
  void everythingIsToldAtOnceAndNothingThatOnlyFollows() {
    assertThat(
            problemsOf(
                """
                data:
                  sorce: images
                model:
                  flow:
                    filters: many
                training:
                  steps: -1
                """,
                "seed=x"))
        .containsExactly(
            "x.yaml:2: data.sorce: unknown key; did you mean 'source'?",
            "x.yaml:4: model.flow.blocks: missing, expected a whole number from 1 to 1000; give it, or start from model.preset",
            "x.yaml:4: model.flow.heads: missing, expected a whole number from 1 to 4096; give it, or start from model.preset",
            "x.yaml:4: model.flow.coupling.components: missing, expected a whole number from 1 to 1000; give it, or start from model.preset",
            "x.yaml:5: model.flow.filters: expected a whole number from 1 to 4096, found 'many'",
            "x.yaml:7: training.steps: expected a whole number of at least 1, found -1",
            "x.yaml: pretraining.steps: missing, expected a whole number of at least 1; give it, or set pretraining.kind: none",
            "command line: seed: expected a whole number of at least 0, found 'x'");
  }

  @Test
  void whatABrokenBaseWouldHaveSaidIsNotMissing() {
    assertThat(
            ExperimentFolder.in(directory)
                .with("b.yaml", "a: [")
                .with("x.yaml", "extends: b.yaml\nsed: 1\n")
                .problems("x.yaml"))
        .containsExactly(
            "b.yaml:1: not valid YAML: while parsing a flow node, expected the node content, but found '<stream end>'; check the indentation and the colons here and above",
            "x.yaml:2: sed: unknown key; did you mean 'seed'?");
  }
}
