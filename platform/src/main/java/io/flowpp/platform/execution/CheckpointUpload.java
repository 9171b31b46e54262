package io.flowpp.platform.execution;

import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageResult;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.stage.TrainingCurve;
import io.flowpp.platform.tracking.TrackedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hands the last checkpoints of a training, and the best, to the tracker: whole, so that a training
 * could go on from them. {@code checkpoints/checkpoints.json} says which they are and where their
 * files are, for equal files are uploaded once.
 *
 * @param scratch where the training leaves them
 * @param last how many of the last
 * @param index a file for the list
 */
record CheckpointUpload(TrackedRun run, Path scratch, int last, Path index) {
  private static final Pattern STEP = Pattern.compile("step-(\\d{8})");
  private static final String FOLDER = "checkpoints/";

  /**
   * @param best the step of the best validation among those that a checkpoint was left of
   */
  record Index(@Nullable Integer best, List<Uploaded> checkpoints) {}

  /**
   * @param files paths among the run's artifacts, by the name in the checkpoint
   */
  record Uploaded(int step, Map<String, String> files) {}

  /**
   * @param output of the training, whose scratch may hold steps of a longer one, too
   */
  void tell(Path output) {
    try {
      int end = StageResult.read(output, TrainedWeights.class).steps();
      NavigableSet<Integer> steps = steps().headSet(end, true);
      @Nullable Integer best = best(output, steps);
      NavigableSet<Integer> chosen = new TreeSet<>();
      steps.descendingSet().stream().limit(last).forEach(chosen::add);
      if (best != null) {
        chosen.add(best);
      }
      List<Uploaded> uploaded = new ArrayList<>();
      for (int step : chosen) {
        uploaded.add(new Uploaded(step, files(step)));
      }
      StageJson.writeFile(index, new Index(best, uploaded));
      run.keep(index, FOLDER + "checkpoints.json");
    } catch (IOException e) {
      throw new UncheckedIOException("reading the checkpoints in " + scratch, e);
    }
  }

  private Map<String, String> files(int step) throws IOException {
    Path checkpoint = scratch.resolve(name(step));
    Map<String, String> paths = new TreeMap<>();
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        paths.put(name, run.keep(file, FOLDER + name(step) + "/" + name));
      }
    }
    return paths;
  }

  private static @Nullable Integer best(Path output, NavigableSet<Integer> steps)
      throws IOException {
    return TrainingCurve.read(output).validations().stream()
        .filter(validation -> steps.contains(validation.step()))
        .filter(validation -> Double.isFinite(validation.bitsPerDim()))
        .min(Comparator.comparingDouble(Validation::bitsPerDim))
        .map(Validation::step)
        .orElse(null);
  }

  private NavigableSet<Integer> steps() throws IOException {
    NavigableSet<Integer> steps = new TreeSet<>();
    try (Stream<Path> entries = Files.list(scratch)) {
      entries
          .map(entry -> STEP.matcher(entry.getFileName().toString()))
          .filter(Matcher::matches)
          .forEach(match -> steps.add(Integer.parseInt(match.group(1))));
    }
    return steps;
  }

  private static String name(int step) {
    return String.format("step-%08d", step);
  }
}
