package io.flowpp.platform.stage;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.evaluate.Evaluator;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.platform.report.SamplePicture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Draws samples of some checkpoints of a training beside it: on one thread, on the CPU, from the
 * same noise each time, so that one sees the same images take shape. The training itself does
 * nothing for it and cannot be changed by it.
 */
final class TrainingSamples implements AutoCloseable {
  private static final int IMAGES = 16;
  private static final int SEED = 0;
  private static final String WEIGHTS = "weights-";

  private final TrainFlow.Input input;
  private final Path directory;
  private final Queue<StageEvent> told = new ConcurrentLinkedQueue<>();
  private final List<Future<?>> drawings = new ArrayList<>();
  private final ExecutorService thread;
  private int drawn;

  private TrainingSamples(TrainFlow.Input input, Path directory) {
    this.input = input;
    this.directory = directory;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread worker = new Thread(task, "training-samples");
              worker.setDaemon(true); // a killed process does not wait for a picture
              return worker;
            });
  }

  /**
   * @param data whose first images stand before the first samples, to compare them with
   */
  static TrainingSamples of(TrainFlow.Input input, StageContext context, ImageSource data) {
    int steps = input.training().steps();
    TrainingSamples samples = new TrainingSamples(input, context.checkpoints(steps));
    samples.takeAwayLeftWeights();
    samples.drawn =
        TrainingPictures.read(samples.directory).headMap(steps + 1).keySet().stream()
            .reduce(0, Math::max);
    if (input.sampleGrids() > 0) {
      samples.show(data);
    }
    return samples;
  }

  private void show(ImageSource data) {
    Path picture = TrainingPictures.at(directory, 0);
    int count = Math.min(IMAGES, data.size());
    int dimensions = data.shape().dimensions();
    byte[] pixels = new byte[count * dimensions];
    for (int i = 0; i < count; i++) {
      data.read(i, pixels, i * dimensions);
    }
    int most = (1 << data.bits()) - 1;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((pixels[i] & 0xff) * 255 / most);
    }
    try {
      Files.createDirectories(TrainingPictures.folder(directory));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + directory, e);
    }
    SamplePicture.at(picture).write(new SampleGrid(data.shape(), count, pixels, 0));
    told.add(new StageEvent.Pictured(0, picture));
  }

  /** Has a picture drawn where one is due. */
  void checkpointed(int step, Path checkpoint) {
    if (part(step) <= part(drawn)) {
      return;
    }
    drawn = step;
    try {
      Files.createDirectories(TrainingPictures.folder(directory));
      Path weights = TrainingPictures.at(directory, step).resolveSibling(WEIGHTS + step);
      link(TrainedWeights.in(checkpoint), weights);
      drawings.add(thread.submit(() -> draw(step, weights)));
    } catch (IOException e) {
      told.add(new StageEvent.Noticed("no samples of step " + step + " are drawn: " + e));
    }
  }

  /** The training left the way after {@code step}. */
  void returned(int step) {
    drawn = Math.min(drawn, step);
  }

  /** What has been drawn since the last call. */
  List<StageEvent> told() {
    if (told.isEmpty()) {
      return List.of();
    }
    List<StageEvent> events = new ArrayList<>();
    for (StageEvent event = told.poll(); event != null; event = told.poll()) {
      events.add(event);
    }
    return events;
  }

  /** Waits for the last picture and copies all of them into the stage's output. */
  void leaveIn(Path output) {
    for (Future<?> drawing : drawings) {
      try {
        drawing.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("samples were not drawn", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StageCancelledException();
      }
    }
    int steps = input.training().steps();
    Map<Integer, Path> pictures = TrainingPictures.read(directory).headMap(steps + 1);
    if (pictures.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(TrainingPictures.folder(output));
      for (Map.Entry<Integer, Path> picture : pictures.entrySet()) {
        Files.copy(picture.getValue(), TrainingPictures.at(output, picture.getKey()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("copying pictures to " + output, e);
    }
  }

  /** The share of the training in which {@code step} lies, of as many as there are pictures. */
  private long part(int step) {
    return (long) step * input.sampleGrids() / input.training().steps();
  }

  private void draw(int step, Path weights) {
    try (Evaluator evaluator = Evaluator.open(input.model(), weights, "cpu", 1)) {
      Path picture = TrainingPictures.at(directory, step);
      SamplePicture.at(picture).write(evaluator.sample(IMAGES, SEED, 1).grid());
      told.add(new StageEvent.Pictured(step, picture));
    } catch (RuntimeException e) { // values that are not finite, no memory left: no picture, then
      told.add(new StageEvent.Noticed("no samples of step " + step + ": " + e.getMessage()));
    } finally {
      StageDesk.delete(weights);
    }
  }

  /** Of a process that was killed before it had drawn them. */
  private void takeAwayLeftWeights() {
    Path folder = TrainingPictures.folder(directory);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, WEIGHTS + "*")) {
      left.forEach(StageDesk::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /** The checkpoint may be taken away before its picture is drawn. */
  private static void link(Path file, Path to) throws IOException {
    Files.deleteIfExists(to);
    try {
      Files.createLink(to, file);
    } catch (UnsupportedOperationException | IOException noLinks) {
      Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
