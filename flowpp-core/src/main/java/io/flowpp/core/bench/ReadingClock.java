package io.flowpp.core.bench;

import ai.djl.ndarray.NDManager;
import io.flowpp.core.data.BatchOrder;
import io.flowpp.core.data.ImageShards;
import io.flowpp.core.data.ShardFile;
import io.flowpp.core.data.ShardManifest;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.train.Batches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads batches as a training does, in random order from mapped shards into tensors, on one thread:
 * all that a step could have to wait for.
 */
final class ReadingClock {
  private static final int SHARDS = 4;
  private static final int BYTES = 64 << 20;
  private static final int MOST_IMAGES = 50_000;

  private ReadingClock() {}

  static Times of(BenchRequest request) {
    ImageShards images = shards(request);
    BatchOrder order = BatchOrder.of(0, images.size(), request.images());
    List<Double> seconds = new ArrayList<>();
    try (NDManager manager = ComputeDevice.open(request.device())) {
      for (int i = 0; i < request.warmup() + request.repeats(); i++) {
        long begin = System.nanoTime();
        try (NDManager scratch = manager.newSubManager()) {
          Batches.of(images, order.batch(i), scratch);
        }
        if (i >= request.warmup()) {
          seconds.add((System.nanoTime() - begin) / 1e9);
        }
      }
    }
    return new Times(seconds);
  }

  private static ImageShards shards(BenchRequest request) {
    ImageShape shape = request.model().shape();
    int bits = request.model().bits();
    int fitting = Math.min(MOST_IMAGES, BYTES / shape.dimensions());
    int each = Math.max(request.images(), fitting) / SHARDS + 1;
    RandomImages random = RandomImages.of(shape, bits, each);
    List<ShardManifest.Shard> shards = new ArrayList<>();
    try {
      for (int i = 0; i < SHARDS; i++) {
        Path file = request.scratch().resolve("shard" + i);
        shards.add(ShardFile.write(file, shape, bits, random.pixels(), new byte[each]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing shards to read from", e);
    }
    ShardManifest manifest =
        new ShardManifest("random", shape, bits, List.of(new ShardManifest.Split("train", shards)));
    return ImageShards.open(request.scratch(), manifest, "train");
  }
}
