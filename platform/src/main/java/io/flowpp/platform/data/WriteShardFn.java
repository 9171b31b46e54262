package io.flowpp.platform.data;

import io.flowpp.core.data.ShardManifest;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Writes a shard once all raw files are unpacked: the side input of what failed there is also the
 * barrier.
 */
final class WriteShardFn extends DoFn<ShardPlan, String> {
  private static final long serialVersionUID = 1L;
  static final TupleTag<String> WRITTEN = new TupleTag<>() {};
  static final TupleTag<DeadLetter> DEAD = new TupleTag<>() {};

  private final String unpacked;
  private final String directory;
  private final String outcomes;
  private final PCollectionView<List<DeadLetter>> notUnpacked;

  WriteShardFn(PrepareDirectories directories, PCollectionView<List<DeadLetter>> notUnpacked) {
    this.unpacked = directories.unpacked().toString();
    this.directory = directories.shards().toString();
    this.outcomes = directories.outcomes().toString();
    this.notUnpacked = notUnpacked;
  }

  @ProcessElement
  public void write(ProcessContext context) {
    if (!context.sideInput(notUnpacked).isEmpty()) {
      return; // that failure is the one to tell
    }
    ShardPlan plan = context.element();
    Path target = Path.of(directory);
    try {
      ShardManifest.Shard shard = ShardBuilder.build(plan, Path.of(unpacked), target);
      new Outcomes(Path.of(outcomes)).written(shard);
      context.output(shard.sha256());
    } catch (Exception
        | OutOfMemoryError
        | InternalError fault) { // InternalError: a mapped file that shrank
      context.output(
          DEAD, DeadLetter.of("write " + plan.fileName(), target.resolve(plan.fileName()), fault));
    }
  }
}
