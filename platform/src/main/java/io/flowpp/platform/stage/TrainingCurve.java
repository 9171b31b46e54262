package io.flowpp.platform.stage;

import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import io.flowpp.core.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A training's curve as it lies in a stage's output: {@code curve.csv} and {@code validations.csv},
 * numbers in full precision. It lets a run that finds the stage cached tell the same story.
 */
public record TrainingCurve(List<Step> steps, List<Validation> validations) {
  private static final String STEPS = "curve.csv";
  private static final String VALIDATIONS = "validations.csv";

  public static final TrainingCurve EMPTY = new TrainingCurve(List.of(), List.of());

  public TrainingCurve {
    steps = List.copyOf(steps);
    validations = List.copyOf(validations);
  }

  static TrainingCurve of(TrainingResult result) {
    return new TrainingCurve(result.curve(), result.validations());
  }

  void write(Path directory) throws IOException {
    write(
        directory.resolve(STEPS),
        "step,bpd,grad_norm,lr,images_per_second",
        steps,
        s ->
            s.step()
                + ","
                + s.bitsPerDim()
                + ","
                + s.gradientNorm()
                + ","
                + s.learningRate()
                + ","
                + s.imagesPerSecond());
    write(
        directory.resolve(VALIDATIONS),
        "step,bpd,dequantizer_entropy",
        validations,
        v -> v.step() + "," + v.bitsPerDim() + "," + v.dequantizerEntropy());
  }

  /** The curve of a stage's output; empty where the stage trained nothing. */
  public static TrainingCurve read(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(STEPS))) {
      return EMPTY;
    }
    return new TrainingCurve(
        read(
            directory.resolve(STEPS),
            f ->
                new Step(
                    Integer.parseInt(f[0]),
                    Double.parseDouble(f[1]),
                    Double.parseDouble(f[2]),
                    Double.parseDouble(f[3]),
                    Double.parseDouble(f[4]))),
        read(
            directory.resolve(VALIDATIONS),
            f ->
                new Validation(
                    Integer.parseInt(f[0]), Double.parseDouble(f[1]), Double.parseDouble(f[2]))));
  }

  private static <T> void write(Path file, String header, List<T> rows, Function<T, String> line)
      throws IOException {
    Files.write(file, Stream.concat(Stream.of(header), rows.stream().map(line)).toList());
  }

  private static <T> List<T> read(Path file, Function<String[], T> row) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.skip(1).map(line -> row.apply(line.split(",", -1))).toList();
    }
  }
}
