package io.flowpp.core.train;

import io.flowpp.core.spec.KeepSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of one training: directories {@code step-NNNNNNNN} that appear whole or not at
 * all, and {@code named-NAME} for those that have a name.
 */
final class CheckpointStore {
  private static final Pattern STEP = Pattern.compile("step-(\\d{8})");

  private final Path directory;
  private final TrainingSpec training;

  CheckpointStore(Path directory, TrainingSpec training) {
    this.directory = directory;
    this.training = training;
  }

  /** The newest one that is not beyond {@code step}. */
  Optional<Path> newest(int step) {
    return Optional.ofNullable(steps().floor(step)).map(this::at);
  }

  /**
   * The newest regular one that is not beyond {@code step}. Where a training is interrupted it
   * leaves another one, which an uninterrupted training would not find.
   */
  OptionalInt newestRegular(int step) {
    return steps().headSet(step, true).stream().filter(this::isRegular).mapToInt(s -> s).max();
  }

  Path at(int step) {
    return directory.resolve(String.format("step-%08d", step));
  }

  /** Writes one, gives it its names, and takes away those that are no longer wanted. */
  Path write(Checkpoint.State state, ModelSpec spec, Snapshot tensors) {
    Path target = at(state.step());
    try {
      Path begun = Directories.begin(directory);
      Checkpoint.write(begun, state, spec, tensors);
      Directories.publish(begun, target);
      for (KeepSpec.Named named : training.keep().named()) {
        if (named.step() == state.step()) {
          name(target, named.name());
        }
      }
      for (int old : unwanted(state)) {
        Directories.delete(at(old));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "writing the checkpoint " + target + "; the one before it is whole", e);
    }
    return target;
  }

  /** Takes away what lies after {@code step}, the newest first: the training left that way. */
  void deleteAfter(int step) {
    try {
      for (int later : steps().tailSet(step, false).descendingSet()) {
        Directories.delete(at(later));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("deleting the checkpoints after step " + step, e);
    }
  }

  /** Whether one is written at {@code step} in any case. */
  boolean isDue(int step) {
    return isRegular(step)
        || training.keep().forGood(step)
        || training.keep().named().stream().anyMatch(n -> n.step() == step);
  }

  private boolean isRegular(int step) {
    return training.checkpointEvery() > 0 && step % training.checkpointEvery() == 0;
  }

  /** The newest, the last regular ones, the best one of each of these, and those kept for good. */
  private NavigableSet<Integer> unwanted(Checkpoint.State newest) {
    NavigableSet<Integer> old = steps().headSet(newest.step(), true);
    List<Integer> regular = old.stream().filter(this::isRegular).toList();
    NavigableSet<Integer> wanted =
        new TreeSet<>(
            regular.subList(Math.max(0, regular.size() - training.keep().last()), regular.size()));
    wanted.add(newest.step());
    for (int kept : List.copyOf(wanted)) {
      Best.step(newest.validations(), kept).ifPresent(wanted::add);
    }
    NavigableSet<Integer> unwanted = new TreeSet<>(old);
    unwanted.removeIf(step -> wanted.contains(step) || training.keep().forGood(step));
    return unwanted;
  }

  /** The same files once more, without taking their space where the system can do that. */
  private void name(Path checkpoint, String name) throws IOException {
    Path begun = Directories.begin(directory);
    List<Path> files;
    try (Stream<Path> all = Files.list(checkpoint)) {
      files = all.toList();
    }
    for (Path file : files) {
      Path copy = begun.resolve(file.getFileName());
      try {
        Files.createLink(copy, file);
      } catch (UnsupportedOperationException | IOException e) {
        Files.copy(file, copy);
      }
    }
    Directories.publish(begun, directory.resolve("named-" + name));
  }

  private NavigableSet<Integer> steps() {
    NavigableSet<Integer> steps = new TreeSet<>();
    if (!Files.isDirectory(directory)) {
      return steps;
    }
    try (Stream<Path> files = Files.list(directory)) {
      files
          .map(f -> STEP.matcher(f.getFileName().toString()))
          .filter(Matcher::matches)
          .forEach(m -> steps.add(Integer.parseInt(m.group(1))));
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + directory, e);
    }
    return steps;
  }
}
