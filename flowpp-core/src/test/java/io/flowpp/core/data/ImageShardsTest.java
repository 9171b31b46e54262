package io.flowpp.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.spec.ImageShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageShardsTest {
  private static final ImageShape SHAPE = new ImageShape(3, 2, 2);
  private static final int[] SIZES = {4, 1, 3};

  @TempDir Path directory;
  private ShardManifest manifest;

  @BeforeEach
  void writeThreeShards() throws IOException {
    manifest = write("somewhere", 5);
    manifest.write(directory);
  }

  @Test
  void everyImageAndLabelIsReadBackAcrossShards() {
    ImageShards images = open();
    assertThat(images.size()).isEqualTo(8);
    assertThat(images.shape()).isEqualTo(SHAPE);
    assertThat(images.bits()).isEqualTo(5);
    for (int i = 0; i < 8; i++) {
      byte[] target = new byte[SHAPE.dimensions() + 2];
      images.read(i, target, 1);
      assertThat(Arrays.copyOfRange(target, 1, SHAPE.dimensions() + 1)).isEqualTo(image(i));
      assertThat(target[0]).isZero();
      assertThat(target[SHAPE.dimensions() + 1]).isZero();
      assertThat(images.label(i)).isEqualTo(label(i));
    }
  }

  @Test
  void manyThreadsReadAtOnce() {
    ImageShards images = open();
    assertThat(
            IntStream.range(0, 20_000)
                .parallel()
                .allMatch(
                    i ->
                        Arrays.equals(read(images, i % 8), image(i % 8))
                            && images.label(i % 8) == label(i % 8)))
        .isTrue();
  }

  @Test
  void anIndexBesideTheSetIsRefused() {
    ImageShards images = open();
    assertThatThrownBy(() -> images.label(8)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> images.read(-1, new byte[12], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anyFlippedByteOfAShardIsTold() throws IOException {
    Path shard = directory.resolve("train-1.shard");
    byte[] whole = Files.readAllBytes(shard);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      Files.write(shard, flipped);
      assertThatThrownBy(this::open)
          .isInstanceOf(DamagedShardException.class)
          .hasMessageContaining("train-1.shard: has the SHA-256 ")
          .hasMessageContaining(
              "its manifest says " + manifest.split("train").shards().get(1).sha256());
    }
  }

  @Test
  void aShorterOrLongerOrMissingShardIsTold() throws IOException {
    Path shard = directory.resolve("train-2.shard");
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(this::open).hasMessageContaining("holds 102 bytes, expected 103");
    Files.write(shard, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(this::open).hasMessageContaining("holds 104 bytes, expected 103");
    Files.delete(shard);
    assertThatThrownBy(this::open)
        .isInstanceOf(DamagedShardException.class)
        .hasMessageContaining("train-2.shard: is missing");
  }

  @Test
  void aShardOfAnotherShapeIsToldThoughItsDigestFits() throws IOException {
    ShardManifest.Shard other =
        ShardFile.write(
            directory.resolve("other.shard"),
            new ImageShape(2, 3, 2),
            5,
            new byte[12],
            new byte[1]);
    ShardManifest wrong =
        new ShardManifest("", SHAPE, 5, List.of(new ShardManifest.Split("train", List.of(other))));
    assertThatThrownBy(() -> ImageShards.open(directory, wrong, "train"))
        .hasMessageContaining("does not begin as a shard of 1 images of 3x2x2 at 5 bits");
  }

  @Test
  void theManifestIsReadBackAndKeepsItsDigest() {
    ShardManifest read = ShardManifest.read(directory);
    assertThat(read).isEqualTo(manifest);
    assertThat(read.digest()).isEqualTo(manifest.digest()).matches("[0-9a-f]{64}");
  }

  @Test
  void theDigestKnowsImagesAndBitsAndNotWhereTheyCameFrom() throws IOException {
    assertThat(write("elsewhere", 5).digest()).isEqualTo(manifest.digest());
    assertThat(write("somewhere", 6).digest()).isNotEqualTo(manifest.digest());
  }

  @Test
  void aChangedManifestIsTold() throws IOException {
    Path file = directory.resolve(ShardManifest.FILE);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"images\" : 4", "\"images\" : 3"));
    assertThatThrownBy(() -> ShardManifest.read(directory))
        .isInstanceOf(DamagedShardException.class)
        .hasMessageContaining("was changed");
    for (String broken :
        List.of(
            "",
            "{",
            "[]",
            "{}",
            "{\"version\":1}",
            text.replace("\"version\" : 1", "\"version\" : 2"),
            text.replace("shape", "form"))) {
      Files.writeString(file, broken);
      assertThatThrownBy(() -> ShardManifest.read(directory))
          .as("manifest '%s'", broken)
          .isInstanceOf(DamagedShardException.class)
          .hasMessageContaining(ShardManifest.FILE);
    }
    Files.delete(file);
    assertThatThrownBy(() -> ShardManifest.read(directory)).hasMessageContaining("is missing");
  }

  @Test
  void aValueThatDoesNotFitIntoTheBitsIsNotWritten() throws IOException {
    assertThatThrownBy(
            () -> ShardFile.write(directory.resolve("x.shard"), SHAPE, 5, filled(32), new byte[1]))
        .hasMessageContaining("32 does not fit into 5 bits");
    assertThatThrownBy(
            () -> ShardFile.write(directory.resolve("x.shard"), SHAPE, 5, filled(31), new byte[2]))
        .hasMessageContaining("do not fill");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "train-0.shard", "train-1.shard", "train-2.shard", "manifest.json");
    }
  }

  private ImageShards open() {
    return ImageShards.open(directory, manifest, "train");
  }

  private ShardManifest write(String source, int bits) throws IOException {
    ShardManifest.Shard[] shards = new ShardManifest.Shard[SIZES.length];
    int first = 0;
    for (int s = 0; s < SIZES.length; s++) {
      byte[] pixels = new byte[SIZES[s] * SHAPE.dimensions()];
      byte[] labels = new byte[SIZES[s]];
      for (int i = 0; i < SIZES[s]; i++) {
        System.arraycopy(image(first + i), 0, pixels, i * SHAPE.dimensions(), SHAPE.dimensions());
        labels[i] = (byte) label(first + i);
      }
      shards[s] =
          ShardFile.write(directory.resolve("train-" + s + ".shard"), SHAPE, bits, pixels, labels);
      first += SIZES[s];
    }
    return new ShardManifest(
        source, SHAPE, bits, List.of(new ShardManifest.Split("train", List.of(shards))));
  }

  private static byte[] read(ImageShards images, int index) {
    byte[] target = new byte[SHAPE.dimensions()];
    images.read(index, target, 0);
    return target;
  }

  private static byte[] image(int index) {
    byte[] pixels = new byte[SHAPE.dimensions()];
    for (int d = 0; d < pixels.length; d++) {
      pixels[d] = (byte) CounterRandom.below(index, d, 32);
    }
    return pixels;
  }

  private static int label(int index) {
    return 255 - index;
  }

  private static byte[] filled(int value) {
    byte[] pixels = new byte[SHAPE.dimensions()];
    Arrays.fill(pixels, (byte) value);
    return pixels;
  }
}
