package io.flowpp.platform.compare;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What of several runs can be held against each other: the test images that all of them have, and
 * what a reader must know of the rest.
 *
 * @param images by their place in the test set and their content, in the order of the first run
 * @param warnings what differs without forbidding the comparison
 */
record Alignment(List<Image> images, List<String> warnings) {
  /** A test image: equal content alone could stand in a set twice. */
  record Image(int index, String sha256) {
    static Image of(ImageScore score) {
      return new Image(score.index(), score.sha256());
    }
  }

  /**
   * @throws UserFault where the runs' bounds cannot be compared
   */
  static Alignment of(List<ComparedRun> runs, CompareRequest.Images wanted) {
    ComparedRun first = runs.get(0);
    Set<Image> common = images(first);
    boolean equal = true;
    for (ComparedRun run : runs.subList(1, runs.size())) {
      Set<Image> its = images(run);
      equal &= its.equals(images(first));
      common.retainAll(its);
      if (common.isEmpty()) {
        throw fault(
            run,
            "different-images",
            "was scored on other test images than "
                + first.runId()
                + ": not one is the same (data "
                + brief(run.dataDigest())
                + " and "
                + brief(first.dataDigest())
                + ")",
            "compare runs on one data set");
      }
      if (!its.equals(images(first)) && wanted == CompareRequest.Images.REQUIRE_EQUAL) {
        throw fault(
            run,
            "different-images",
            "was scored on "
                + its.size()
                + " test images and "
                + first.runId()
                + " on "
                + first.scores().size()
                + ", of which "
                + common.size()
                + " are the same",
            "score one again: flowpp evaluate RUN --images M; or compare the images that all have with --common-images");
      }
      if (run.samples() != first.samples()) {
        throw fault(
            run,
            "different-samples",
            "was scored with "
                + run.samples()
                + " importance samples an image and "
                + first.runId()
                + " with "
                + first.samples()
                + "; more samples make the bound tighter, so the difference would not be the models'",
            "score one again: flowpp evaluate RUN --samples N");
      }
    }
    List<Image> ordered = first.scores().stream().map(Image::of).filter(common::contains).toList();
    return new Alignment(ordered, warnings(runs, equal, ordered.size()));
  }

  /** The scores of a run on the common images, in their order. */
  double[] scores(ComparedRun run, ToDoubleFunction<ImageScore> metric) {
    Map<Image, ImageScore> byImage = new HashMap<>();
    run.scores().forEach(score -> byImage.put(Image.of(score), score));
    return images.stream()
        .mapToDouble(
            image -> {
              ImageScore score = byImage.get(image);
              if (score == null) {
                throw new IllegalStateException(run.runId() + " has no score of " + image);
              }
              return metric.applyAsDouble(score);
            })
        .toArray();
  }

  private static List<String> warnings(List<ComparedRun> runs, boolean equal, int images) {
    List<String> warnings = new ArrayList<>();
    if (!equal) {
      warnings.add(
          "the runs were scored on different test images; compared are the "
              + images
              + " that all have");
    }
    differing(
            runs,
            "the prepared data differ (another split or other training images): ",
            run -> brief(run.dataDigest()))
        .ifPresent(warnings::add);
    differing(
            runs,
            "the evaluation's noise differs (evaluation.seed): ",
            run -> String.valueOf(run.evaluationSeed()))
        .ifPresent(warnings::add);
    return warnings;
  }

  private static Optional<String> differing(
      List<ComparedRun> runs, String what, Function<ComparedRun, String> value) {
    Map<String, List<String>> found = new TreeMap<>();
    runs.forEach(
        run -> found.computeIfAbsent(value.apply(run), v -> new ArrayList<>()).add(run.runId()));
    return found.size() < 2
        ? Optional.empty()
        : Optional.of(
            what
                + found.entrySet().stream()
                    .map(e -> e.getKey() + " in " + String.join(", ", e.getValue()))
                    .collect(Collectors.joining("; ")));
  }

  private static Set<Image> images(ComparedRun run) {
    return run.scores().stream().map(Image::of).collect(Collectors.toCollection(HashSet::new));
  }

  private static String brief(String digest) {
    return digest.substring(0, Math.min(12, digest.length()));
  }

  private static UserFault fault(ComparedRun run, String code, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, code, message, run.runId(), suggestion);
  }
}
