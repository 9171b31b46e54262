package io.flowpp.platform.data;

import io.flowpp.core.data.ShardFile;
import io.flowpp.core.data.ShardManifest;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.platform.data.FlatImages.Column;
import io.flowpp.platform.data.FlatImages.PixelOrder;
import io.flowpp.platform.data.ShardPlan.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Gathers the images of one shard from decompressed files and writes it. */
final class ShardBuilder {
  private final ShardPlan plan;
  private final Path unpacked;
  private final byte[] pixels;
  private final byte[] labels;

  private ShardBuilder(ShardPlan plan, Path unpacked) {
    this.plan = plan;
    this.unpacked = unpacked;
    this.labels = new byte[plan.images()];
    this.pixels = new byte[Math.multiplyExact(labels.length, plan.shape().dimensions())];
  }

  /**
   * @param unpacked where decompressed files are
   * @param directory where the shard goes
   */
  static ShardManifest.Shard build(ShardPlan plan, Path unpacked, Path directory)
      throws IOException {
    ShardBuilder builder = new ShardBuilder(plan, unpacked);
    int done = 0;
    for (Slice slice : plan.slices()) {
      builder.gather(slice, done);
      done += slice.count();
    }
    return ShardFile.write(
        directory.resolve(plan.fileName()),
        plan.shape(),
        plan.bits(),
        builder.pixels,
        builder.labels);
  }

  private void gather(Slice slice, int done) throws IOException {
    FlatImages run = slice.images();
    ImageShape shape = plan.shape();
    int dimensions = shape.dimensions();
    ByteBuffer images = map(run.images(), slice, dimensions);
    ByteBuffer classes = map(run.labels(), slice, 1);
    byte[] planar = new byte[dimensions];
    for (int i = 0; i < slice.count(); i++) {
      int target = (done + i) * dimensions;
      if (run.order() == PixelOrder.PLANAR) {
        images.get(i * run.images().stride(), planar);
        interleave(planar, shape, target);
      } else {
        images.get(i * run.images().stride(), pixels, target, dimensions);
      }
      labels[done + i] = label(classes.get(i * run.labels().stride()), run, slice.from() + i);
    }
    int drop = 8 - plan.bits();
    for (int i = done * dimensions; i < (done + slice.count()) * dimensions; i++) {
      pixels[i] = (byte) (Byte.toUnsignedInt(pixels[i]) >> drop);
    }
  }

  private void interleave(byte[] planar, ImageShape shape, int target) {
    int plane = shape.height() * shape.width();
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int place = 0; place < plane; place++) {
        pixels[target + place * shape.channels() + channel] = planar[channel * plane + place];
      }
    }
  }

  private static byte label(byte label, FlatImages run, int index) {
    if (Byte.toUnsignedInt(label) > run.highestLabel()) {
      throw DataFault.damaged(
          "wrong-label",
          DataFault.text(
              "gives image %,d the class %d, expected 0 to %d",
              index, Byte.toUnsignedInt(label), run.highestLabel()),
          Path.of(run.labels().file().path()));
    }
    return label;
  }

  /**
   * The bytes of a slice; maps a part of the file, since a whole one may be larger than a buffer
   * can be.
   */
  private ByteBuffer map(Column column, Slice slice, int fieldBytes) throws IOException {
    Path file = column.file().flat(unpacked);
    long start = column.at(slice.from());
    long length = column.at(slice.from() + slice.count() - 1) + fieldBytes - start;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Unpacker.checkSize(channel.size(), column.file());
      return channel.map(FileChannel.MapMode.READ_ONLY, start, length);
    }
  }
}
