package io.flowpp.core.reference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.nn.Pass;
import io.flowpp.core.reference.Verification.Case;
import io.flowpp.core.reference.Verification.Output;
import io.flowpp.core.weights.WeightMismatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the model or layer of every file of a folder from the file itself, and holds what it
 * computes, in float64 and in float32, to the file's results. Every result of a file is compared,
 * or told with the reason why not.
 */
public final class ReferenceVerifier {
  private static final List<String> RESULTS = List.of("out/", "out32/", "exact/", "grad/");

  private final Pass.Mode mode;

  private ReferenceVerifier(Pass.Mode mode) {
    this.mode = mode;
  }

  /** Computes by the fast kernels, as trainings do. */
  public static ReferenceVerifier fast() {
    return new ReferenceVerifier(Pass.Mode.EVALUATE);
  }

  /** Computes by the plain twins of the fast kernels. */
  public static ReferenceVerifier plain() {
    return new ReferenceVerifier(Pass.Mode.REFERENCE);
  }

  /**
   * Compares all {@code .safetensors} files of {@code directory}, by name.
   *
   * @param done told each file as soon as it is compared
   * @throws io.flowpp.core.weights.DamagedSafetensorsException if a file is damaged; nothing is
   *     computed then
   * @throws NoSuchFileException if the folder has no such file
   * @throws IOException if the folder cannot be read
   */
  public Verification verify(Path directory, Consumer<Case> done) throws IOException {
    List<ReferenceFile> files = files(directory);
    try (NDManager manager = ComputeDevice.open("cpu");
        Kernels kernels = Kernels.load(manager);
        Gradients off = Gradients.off()) {
      List<Case> cases = new ArrayList<>();
      for (ReferenceFile file : files) {
        try (NDManager scratch = manager.newSubManager()) {
          Case each = compare(file, files, new Bench(scratch, kernels, mode));
          cases.add(each);
          done.accept(each);
        }
      }
      return new Verification(List.copyOf(cases));
    }
  }

  private static List<ReferenceFile> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> paths =
          all.filter(f -> f.getFileName().toString().endsWith(ReferenceFile.ENDING))
              .sorted()
              .toList();
      if (paths.isEmpty()) {
        throw new NoSuchFileException(
            directory.toString(), null, "the folder has no " + ReferenceFile.ENDING + " file");
      }
      return paths.stream().map(ReferenceFile::open).toList();
    }
  }

  private static Case compare(ReferenceFile file, List<ReferenceFile> all, Bench bench) {
    try {
      if (file.hasUnder("grad/")) {
        return gradients(file, all, bench);
      }
      Subject subject = Cases.subject(file, bench);
      List<Output> outputs = new Comparison(file, bench.manager()).all(subject, bench);
      List<String> notes = new ArrayList<>(subject.notes());
      Set<String> left = new LinkedHashSet<>();
      subject
          .leftOut()
          .forEach(
              (prefix, why) -> {
                if (file.hasUnder(prefix)) {
                  left.add(prefix);
                  notes.add(prefix + " is not compared: " + why);
                }
              });
      return finished(file, outputs, left, notes);
    } catch (NotUnderstoodException
        | WeightMismatchException
        | IllegalArgumentException // a spec that no model can have, a value outside of a domain
        | ArithmeticException e) { // not finite, or not invertible
      return new Case(file.name(), List.of(), List.of(), e.getMessage());
    } catch (EngineException | IndexOutOfBoundsException e) {
      // shapes are checked by libtorch where they meet
      String why = "its tensors do not fit together: " + lastLine(e);
      return new Case(file.name(), List.of(), List.of(), why);
    }
  }

  /** What libtorch says, without the way to where it says so. */
  private static String lastLine(Exception e) {
    return String.valueOf(e.getMessage()).strip().lines().reduce("", (before, line) -> line);
  }

  private static Case gradients(ReferenceFile file, List<ReferenceFile> all, Bench bench) {
    String wanted = file.metadata("case").orElse("");
    ReferenceFile model =
        all.stream()
            .filter(f -> f.metadata("steps").isPresent())
            .filter(f -> f.metadata("case").filter(wanted::equals).isPresent())
            .findFirst()
            .orElseThrow(
                () -> new NotUnderstoodException("the folder has no model '" + wanted + "'"));
    List<Output> outputs = new GradientCase(file, model).compare(bench);
    return finished(file, outputs, Set.of(), List.of("of the model in " + model.name()));
  }

  /** Whatever result of the file was not compared is a failure. */
  private static Case finished(
      ReferenceFile file, List<Output> outputs, Set<String> leftOut, List<String> notes) {
    List<Output> complete = new ArrayList<>(outputs);
    Set<String> compared = new HashSet<>();
    outputs.forEach(output -> compared.add(output.name()));
    for (String name : file.tensors().names()) {
      if (RESULTS.stream().anyMatch(name::startsWith)
          && leftOut.stream().noneMatch(name::startsWith)
          && compared.add(name)) {
        complete.add(Comparison.missing(name, "this program does not compute it"));
      }
    }
    @Nullable String error = complete.isEmpty() ? "it has no result to compare" : null;
    return new Case(file.name(), List.copyOf(complete), List.copyOf(notes), error);
  }
}
