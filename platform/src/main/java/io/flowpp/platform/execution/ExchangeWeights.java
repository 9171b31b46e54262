package io.flowpp.platform.execution;

import com.google.common.hash.Hashing;
import com.google.inject.Inject;
import io.flowpp.core.weights.DamagedSafetensorsException;
import io.flowpp.core.weights.WeightExchange;
import io.flowpp.core.weights.WeightExchange.Carried;
import io.flowpp.core.weights.WeightExchange.Naming;
import io.flowpp.core.weights.WeightExchange.Place;
import io.flowpp.core.weights.WeightFile;
import io.flowpp.core.weights.WeightMismatchException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.config.UserFile;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.TrainedWeights;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.StageLock;
import io.flowpp.platform.workspace.Workspace;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Weights out of a run into a user's file, and from such a file into a run of their own. */
public final class ExchangeWeights {
  private static final String IMPORTED = "imported-";
  private static final int DIGITS = 12;

  private final TrainedRuns runs;
  private final RunRecords records;
  private final Workspace workspace;

  @Inject
  ExchangeWeights(TrainedRuns runs, RunRecords records, Workspace workspace) {
    this.runs = runs;
    this.records = records;
    this.workspace = workspace;
  }

  /**
   * @param runId the run that the weights came from or are in now
   * @param sha256 of the user's file
   * @param weightsSha256 of the weights, as {@code flowpp run} gives it
   */
  public record Exchanged(
      String runId, int tensors, String sha256, String weightsSha256, Path file) {}

  /** The averaged weights of a run, as a file. */
  public Exchanged export(String reference, Path file, Naming naming) {
    TrainedRun run = runs.find(reference);
    UserFile.requirePlace(file);
    Carried carried =
        carry(run, new Place(run.weights(), Naming.FLOWPP), new Place(file, naming), file);
    return exchanged(run.runId(), carried, file);
  }

  /**
   * Weights of a file as a run of its own, with the configuration of another one: what can be done
   * with a trained run can be done with it.
   *
   * @param onWait hears whom it waits for
   */
  public Exchanged importInto(String reference, Path file, Naming naming, Consumer<String> onWait) {
    TrainedRun like = runs.find(reference);
    if (!Files.isRegularFile(file)) {
      throw new UserFault(
          ExitCode.USAGE,
          "absent-file",
          Files.exists(file) ? "is no file" : "no such file",
          file.toString(),
          "name a weight file");
    }
    String digest = digest(file);
    String model =
        Hashing.sha256()
            .hashString(digest + naming + like.record().config().model(), StandardCharsets.UTF_8)
            .toString();
    StageKey key = new StageKey(StageName.TRAIN_FLOW.id(), model);
    Carried carried;
    try (StageLock lock = workspace.lock(key, onWait)) {
      Path prepared = workspace.prepare(key);
      Place ours = new Place(TrainedWeights.in(prepared), Naming.FLOWPP);
      carried = carry(like, new Place(file, naming), ours, file);
      workspace.publish(key, prepared);
    }
    String name = IMPORTED + like.record().name().replaceFirst("^" + IMPORTED, "");
    String runId = IMPORTED + RunId.slug(like.record().name()) + "-" + model.substring(0, DIGITS);
    RunRecord.Stage trained = new RunRecord.Stage(key.stage(), key.digest(), "ran", 0, null, null);
    records.save(
        RunRecord.imported(runId, name, like.record(), trained, Map.of("imported.sha256", digest)));
    return exchanged(runId, carried, file);
  }

  private static String digest(Path file) {
    try {
      return WeightFile.fileSha256(file);
    } catch (UncheckedIOException e) {
      throw new UserFault(
          ExitCode.USAGE,
          "unreadable-file",
          "cannot be read: " + Objects.requireNonNull(e.getCause()).getMessage(),
          file.toString(),
          "name a weight file that you may read",
          e);
    }
  }

  private static Carried carry(TrainedRun run, Place from, Place to, Path told) {
    try {
      return WeightExchange.carry(run.model(), from, to);
    } catch (WeightMismatchException e) {
      List<String> differences = e.differences();
      throw new UserFault(
          ExitCode.USAGE,
          "other-model",
          String.valueOf(e.getMessage()),
          run.runId(),
          differences.size() + " tensors differ: use a run of the same model, and its --names",
          e);
    } catch (DamagedSafetensorsException e) {
      throw new UserFault(
          ExitCode.USAGE, "damaged-file", String.valueOf(e.getMessage()), null, null, e);
    } catch (IllegalArgumentException e) { // its spec is none
      throw new UserFault(
          ExitCode.USAGE,
          "damaged-file",
          "its metadata hold " + e.getMessage(),
          told.toString(),
          "copy the file again, or write one without a spec",
          e);
    } catch (UncheckedIOException e) {
      throw new UserFault(
          ExitCode.FAILED,
          "unwritable-file",
          "cannot be read or written: " + e.getCause(),
          told.toString(),
          "make room or choose another place",
          e);
    }
  }

  private static Exchanged exchanged(String runId, Carried carried, Path file) {
    return new Exchanged(
        runId, carried.tensors(), WeightFile.fileSha256(file), carried.weightsSha256(), file);
  }
}
