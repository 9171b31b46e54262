package io.flowpp.platform.data;

import io.flowpp.core.data.ShardManifest;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StorageFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;

/**
 * Turns a source into shards with a manifest, by a Beam pipeline: raw files are decompressed once,
 * then each shard is one element, gathered from the mapped files. (An element for each image takes
 * four times as long.) On a cluster the directory and the source lie on a file system that all
 * workers see.
 */
public final class PrepareDataPipeline {
  /** The runner inside this JVM, without its checks for changed elements: ours are immutable. */
  public static final List<String> DIRECT =
      List.of(
          "--runner=DirectRunner", "--enforceImmutability=false", "--enforceEncodability=false");

  private static final Duration POLL = Duration.millis(100);

  private final List<String> options;

  /**
   * @param options Beam's pipeline options, such as {@code --runner=DirectRunner}; the runner's
   *     class is found on the class path
   */
  public PrepareDataPipeline(List<String> options) {
    this.options = List.copyOf(options);
  }

  /**
   * Writes the shards and {@code manifest.json} into {@code directory}, which is empty.
   *
   * @throws UserFault where the source is damaged or does not fit the request; the directory is
   *     then the caller's to remove
   */
  public PreparedData run(PrepareRequest request, Path directory) {
    return run(request, directory, () -> false);
  }

  /**
   * The same, until somebody wants it to stop.
   *
   * @throws CancellationException where {@code isCancelled} said so before the end
   */
  public PreparedData run(PrepareRequest request, Path directory, BooleanSupplier isCancelled) {
    SourceLayout layout = request.source().layout();
    List<ShardPlan> plans = ShardPlanner.plan(request, layout);
    try {
      PrepareDirectories directories = PrepareDirectories.create(directory);
      execute(layout.files(), plans, directories, isCancelled);
      ShardManifest manifest = collect(request, plans, new Outcomes(directories.outcomes()));
      directories.removeWork();
      manifest.write(directory);
    } catch (IOException fault) {
      throw StorageFault.of(fault, directory);
    }
    return PreparedData.open(directory);
  }

  private void execute(
      List<RawFile> files,
      List<ShardPlan> plans,
      PrepareDirectories directories,
      BooleanSupplier isCancelled)
      throws IOException {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options.toArray(String[]::new)).create());
    PCollection<DeadLetter> notUnpacked =
        pipeline
            .apply("RawFiles", Create.of(files).withCoder(SerializableCoder.of(RawFile.class)))
            .apply("SpreadFiles", Reshuffle.viaRandomKey())
            .apply("Unpack", ParDo.of(new UnpackFn(directories.unpacked())))
            .setCoder(SerializableCoder.of(DeadLetter.class));
    PCollectionView<List<DeadLetter>> barrier = notUnpacked.apply("UnpackedAll", View.asList());
    PCollectionTuple shards =
        pipeline
            .apply("Shards", Create.of(plans).withCoder(SerializableCoder.of(ShardPlan.class)))
            .apply("SpreadShards", Reshuffle.viaRandomKey())
            .apply(
                "WriteShard",
                ParDo.of(new WriteShardFn(directories, barrier))
                    .withSideInputs(barrier)
                    .withOutputTags(WriteShardFn.WRITTEN, TupleTagList.of(WriteShardFn.DEAD)));
    PCollectionList.of(notUnpacked)
        .and(shards.get(WriteShardFn.DEAD).setCoder(SerializableCoder.of(DeadLetter.class)))
        .apply("DeadLetters", Flatten.pCollections())
        .apply("KeepDeadLetters", ParDo.of(new KeepDeadLetterFn(directories.outcomes())));
    await(pipeline.run(), isCancelled);
  }

  private static void await(PipelineResult result, BooleanSupplier isCancelled) throws IOException {
    PipelineResult.State state = result.getState();
    while (!state.isTerminal()) {
      if (isCancelled.getAsBoolean()) {
        result.cancel();
        throw new CancellationException("the preparation of data was stopped");
      }
      PipelineResult.State now = result.waitUntilFinish(POLL);
      state = now == null ? result.getState() : now;
    }
    if (state != PipelineResult.State.DONE) {
      throw new IllegalStateException("the pipeline that prepares data ended as " + state);
    }
  }

  private static ShardManifest collect(
      PrepareRequest request, List<ShardPlan> plans, Outcomes outcomes) throws IOException {
    List<DeadLetter> dead = outcomes.deadLetters();
    if (!dead.isEmpty()) {
      RuntimeException first = dead.get(0).toException();
      dead.stream().skip(1).map(DeadLetter::toException).forEach(first::addSuppressed);
      throw first;
    }
    Map<String, List<ShardManifest.Shard>> splits = new LinkedHashMap<>();
    for (ShardPlan plan : plans) {
      ShardManifest.Shard shard =
          outcomes
              .find(plan)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the pipeline ended without "
                              + plan.fileName()
                              + " and without a reason"));
      splits.computeIfAbsent(plan.split(), split -> new ArrayList<>()).add(shard);
    }
    List<ShardManifest.Split> all =
        splits.entrySet().stream()
            .map(split -> new ShardManifest.Split(split.getKey(), split.getValue()))
            .toList();
    String source =
        request.source().format()
            + " "
            + request.source().directory().toAbsolutePath().normalize().getFileName();
    return new ShardManifest(source, request.shape(), request.bits(), all);
  }
}
