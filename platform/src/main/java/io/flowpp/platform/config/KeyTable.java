package io.flowpp.platform.config;

import static io.flowpp.platform.config.Keys.leaf;
import static io.flowpp.platform.config.Keys.number;
import static io.flowpp.platform.config.Keys.required;
import static io.flowpp.platform.config.Keys.same;
import static io.flowpp.platform.config.Keys.section;
import static io.flowpp.platform.config.Keys.text;
import static io.flowpp.platform.config.Keys.whole;
import static io.flowpp.platform.config.Keys.word;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flowpp.platform.config.Entry.Default;
import io.flowpp.platform.config.Entry.Leaf;
import io.flowpp.platform.config.Entry.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every key of an experiment file, once: the reader checks by it and the JSON Schema is written
 * from it.
 */
final class KeyTable {
  static final String EXTENDS = "extends";

  static final Section ROOT = section("", "One Flow++ experiment.", null, top());

  private static final Map<String, Entry> BY_KEY = index();

  private KeyTable() {}

  static Optional<Entry> find(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }

  /** Every key in the order of the table. */
  static Map<String, Entry> all() {
    return BY_KEY;
  }

  static Leaf valueAt(String key) {
    if (BY_KEY.get(key) instanceof Leaf leaf) {
      return leaf;
    }
    throw new IllegalStateException("the table has no value " + key);
  }

  private static List<Entry> top() {
    return List.of(
        leaf(
            "name",
            "What the runs are called. A base file does not pass its name on.",
            Keys.NAME,
            new Default.Derived("the file's name", Values::fileName),
            null),
        leaf("seed", "Root of every random number of the training.", Keys.SEED, number(0), null),
        new Entry.Directive(
            EXTENDS,
            "An experiment file, relative to this one, whose keys hold where this one has none."),
        section("data", "The images.", null, data()),
        section(
            "model",
            "The model: a preset, or its parts, or a preset with changed parts.",
            null,
            ModelKeys.model()),
        section(
            "pretraining",
            "A start for the dequantizer before the flow exists.",
            null,
            TrainingKeys.pretraining()),
        section(
            "training",
            "The joint training of dequantizer and flow.",
            null,
            TrainingKeys.training()),
        section("evaluation", "The scores on the test images.", null, evaluation()),
        section("execution", "Where it runs; no result depends on it.", null, execution()),
        section("tracking", "Where it is recorded.", null, tracking()));
  }

  private static List<Entry> tracking() {
    return List.of(
        leaf("tracking.experiment", "The MLflow experiment.", Keys.TITLE, same("name"), null),
        leaf(
            "tracking.checkpoints",
            "Checkpoints of the training that are uploaded when it is over: so many of the last, and the best; 0: none.",
            whole(0, 1000),
            number(1),
            null),
        leaf(
            "tracking.register",
            "The registered model of MLflow that the run becomes a version of once it has finished.",
            Keys.NAME,
            new Default.Open("none"),
            null),
        leaf(
            "tracking.system-metrics-every",
            "Seconds between two samples of the machine's load; 0: none.",
            whole(0, 3600),
            number(10),
            null),
        leaf(
            "tracking.sample-grids",
            "Pictures of 16 samples that are drawn, beside the training, from checkpoints evenly spread over it; 0: none.",
            whole(0, 100),
            number(5),
            null));
  }

  private static List<Entry> data() {
    return List.of(
        leaf(
            "data.source",
            "Folder of the raw files, relative to the file that names it (on the command line: to the working directory).",
            text("a folder", "\\S(.*\\S)?"),
            required(),
            null),
        leaf(
            "data.format",
            "idx: the MNIST family, plain or gzipped, and its like with 3 channels; cifar-binary: the six files of CIFAR-10.",
            ValueType.Choice.of("idx", "cifar-binary"),
            word("idx"),
            null),
        leaf(
            "data.shape",
            "Height, width and channels of an image.",
            Keys.SHAPE,
            new Default.Derived("28x28x1 for idx, 32x32x3 for cifar-binary", KeyTable::usualShape),
            null),
        leaf("data.bits", "The images keep their highest bits.", whole(1, 8), number(8), null),
        leaf(
            "data.validation",
            "Images at the end of the training set that are held out.",
            whole(1),
            new Default.Open("the last tenth"),
            null));
  }

  private static List<Entry> evaluation() {
    return List.of(
        leaf(
            "evaluation.samples",
            "Importance samples of each image.",
            whole(1, 1_000_000),
            number(16),
            null),
        leaf(
            "evaluation.images",
            "Test images that are scored, from the front.",
            whole(1),
            new Default.Open("all"),
            null),
        leaf(
            "evaluation.seed",
            "Root of the random numbers of the evaluation; independent of the experiment's seed.",
            Keys.SEED,
            number(0),
            null),
        leaf(
            "evaluation.grid",
            "Images of the grid of samples.",
            whole(1, 10_000),
            number(64),
            null));
  }

  private static List<Entry> execution() {
    return List.of(
        leaf(
            "execution.runner",
            "The engine of the pipelines.",
            ValueType.Choice.of("direct", "flink", "spark"),
            word("direct"),
            null),
        leaf(
            "execution.device",
            "auto: the first free GPU, else the CPU; several, such as 'cuda:0,cuda:1', share each batch of a training.",
            Keys.DEVICE,
            word("auto"),
            null),
        leaf(
            "execution.threads",
            "Threads that share what a CPU computes.",
            whole(1, 4096),
            new Default.Open("the machine's cores"),
            null));
  }

  private static @Nullable JsonNode usualShape(Values v) {
    return v.get("data.format")
        .map(f -> TextNode.valueOf(f.textValue().equals("idx") ? "28x28x1" : "32x32x3"))
        .orElse(null);
  }

  private static Map<String, Entry> index() {
    Map<String, Entry> byKey = new LinkedHashMap<>();
    index(ROOT, byKey);
    return Collections.unmodifiableMap(byKey);
  }

  private static void index(Entry entry, Map<String, Entry> byKey) {
    byKey.put(entry.key(), entry);
    if (entry instanceof Section section) {
      section.entries().forEach(child -> index(child, byKey));
    }
  }
}
