package io.flowpp.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.core.data.ImageShards;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareDataPipelineTest {
  private static final ImageShape IDX = new ImageShape(RawFiles.HEIGHT, RawFiles.WIDTH, 1);
  private static final ImageShape CIFAR = new ImageShape(32, 32, 3);

  @TempDir Path raw;
  @TempDir Path target;

  @Test
  void everyIdxImageAndLabelArrivesInItsSplitAndOrder() throws IOException {
    PreparedData data = prepare(new IdxSource(RawFiles.idx(raw, 9_003, 7)), IDX, 8, null);

    assertThat(data.train().size()).isEqualTo(8_103);
    assertThat(data.validation().size()).isEqualTo(900);
    assertThat(data.test().size()).isEqualTo(7);
    assertThat(data.manifest().split("train").shards()).hasSize(2);
    assertIdx(data.train(), 1, 2, 0, 0);
    assertIdx(data.validation(), 1, 2, 8_103, 0);
    assertIdx(data.test(), 3, 4, 0, 0);
    assertThat(names(target))
        .containsExactly(
            "manifest.json",
            "test-00000.shard",
            "train-00000.shard",
            "train-00001.shard",
            "validation-00000.shard");
  }

  @Test
  void fewerBitsKeepTheHighestOnes() {
    PreparedData data = prepare(new IdxSource(RawFiles.idx(raw, 40, 7)), IDX, 3, 10);
    assertThat(data.train().bits()).isEqualTo(3);
    assertIdx(data.train(), 1, 2, 0, 5);
    assertThat(data.validation().size()).isEqualTo(10);
  }

  @Test
  void colouredIdxImagesArriveAsTheyAre() {
    ImageShape shape = new ImageShape(4, 6, 3);
    int values = shape.dimensions();
    RawFiles.write(
        raw.resolve("train-images-idx4-ubyte.gz"),
        RawFiles.gzip(RawFiles.idx(0x804, 1, 40 * values, 40, 4, 6, 3)));
    RawFiles.write(raw.resolve("train-labels-idx1-ubyte"), RawFiles.idxLabels(2, 40));
    RawFiles.write(
        raw.resolve("t10k-images-idx4-ubyte"), RawFiles.idx(0x804, 3, 7 * values, 7, 4, 6, 3));
    RawFiles.write(raw.resolve("t10k-labels-idx1-ubyte"), RawFiles.idxLabels(4, 7));

    PreparedData data = prepare(new IdxSource(raw), shape, 5, 10);

    assertThat(data.train().shape()).isEqualTo(shape);
    assertImages(data.train(), 1, 0, 3);
    assertImages(data.validation(), 1, 30, 3);
    assertImages(data.test(), 3, 0, 3);
  }

  @Test
  void cifarRecordsBecomeInterleavedAcrossBatches() {
    PreparedData data = prepare(new CifarBinarySource(RawFiles.cifar(raw, 30)), CIFAR, 8, 10);
    ImageShards train = data.train();
    assertThat(train.size()).isEqualTo(140);
    for (int i = 0; i < train.size(); i++) {
      int batch = 1 + i / 30;
      int record = i % 30;
      byte[] image = new byte[CIFAR.dimensions()];
      train.read(i, image, 0);
      for (int row = 0; row < 32; row++) {
        for (int column = 0; column < 32; column++) {
          for (int channel = 0; channel < 3; channel++) {
            byte expected =
                (byte)
                    RawFiles.value(batch, record * 3073 + 1 + channel * 1024 + row * 32 + column);
            if (image[(row * 32 + column) * 3 + channel] != expected) {
              assertThat(image[(row * 32 + column) * 3 + channel])
                  .as("image %d at %d,%d,%d", i, row, column, channel)
                  .isEqualTo(expected);
            }
          }
        }
      }
      assertThat(train.label(i)).isEqualTo(record % 10);
    }
    assertThat(data.test().size()).isEqualTo(30);
  }

  @Test
  void theDigestKnowsTheImagesAndNotHowTheyWerePacked() throws IOException {
    PreparedData gzipped = prepare(new IdxSource(RawFiles.idx(raw, 40, 7)), IDX, 8, null);
    RawFiles.write(raw.resolve("train-images-idx3-ubyte"), RawFiles.idxImages(1, 40));
    Files.delete(raw.resolve("train-images-idx3-ubyte.gz"));
    PreparedData plain = prepare(new IdxSource(raw), IDX, 8, null);
    assertThat(plain.digest()).isEqualTo(gzipped.digest());
    RawFiles.write(raw.resolve("train-images-idx3-ubyte"), RawFiles.idxImages(9, 40));
    assertThat(prepare(new IdxSource(raw), IDX, 8, null).digest()).isNotEqualTo(gzipped.digest());
  }

  @Test
  void damageThatOnlyAWorkerSeesComesBackAsTheUsersFault() throws IOException {
    RawFiles.idx(raw, 4_000, 7);
    Path images = raw.resolve("train-images-idx3-ubyte.gz");
    byte[] whole = Files.readAllBytes(images);
    RawFiles.write(images, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> prepare(new IdxSource(raw), IDX, 8, null))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.code()).isEqualTo("truncated-gzip");
              assertThat(fault.exitCode()).isEqualTo(ExitCode.FAILED);
              assertThat(fault.where()).isEqualTo(images.toString());
              assertThat(fault.message()).contains("is cut off");
              assertThat(fault)
                  .cause()
                  .hasMessageContaining("unpack train-images-idx3-ubyte.gz failed in a worker")
                  .hasMessageContaining("at io.flowpp.platform.data.RawStream");
            });
    assertThat(names(target)).doesNotContain("manifest.json");
  }

  @Test
  void aWrongCifarLabelIsTold() throws IOException {
    RawFiles.cifar(raw, 30);
    byte[] batch = Files.readAllBytes(raw.resolve("data_batch_3.bin"));
    batch[3073 * 7] = 10;
    RawFiles.write(raw.resolve("data_batch_3.bin"), batch);
    assertThatThrownBy(() -> prepare(new CifarBinarySource(raw), CIFAR, 8, null))
        .isInstanceOf(UserFault.class)
        .hasMessage("gives image 7 the class 10, expected 0 to 9");
  }

  @Test
  void aFlippedByteInAShardIsToldWithWhatToDo() throws IOException {
    prepare(new IdxSource(RawFiles.idx(raw, 40, 7)), IDX, 8, null);
    Path shard = target.resolve("train-00000.shard");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[100] ^= 4;
    Files.write(shard, bytes);
    assertThatThrownBy(() -> PreparedData.open(target))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.code()).isEqualTo("damaged-shard");
              assertThat(fault.line())
                  .matches(
                      ".*train-00000.shard: has the SHA-256 [0-9a-f]{64}, its manifest says [0-9a-f]{64}; delete .* or run with --fresh");
            });
  }

  @Test
  void aSetOfAnotherShapeOrTooFewImagesForTheValidationIsTheConfigurationsFault() {
    IdxSource source = new IdxSource(RawFiles.idx(raw, 40, 7));
    assertThatThrownBy(() -> prepare(source, CIFAR, 8, null))
        .hasMessage("holds images of 5x3x1, the configuration expects 32x32x3");
    for (int validation : new int[] {-1, 0, 40, 41}) {
      assertThatThrownBy(() -> prepare(source, IDX, 8, validation))
          .isInstanceOfSatisfying(
              UserFault.class, fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageContaining("validation images cannot be held out of 40 training images");
    }
    assertThatThrownBy(() -> new PrepareRequest(source, IDX, 9, null))
        .hasMessageContaining("not 9");
  }

  private PreparedData prepare(
      DataSource source, ImageShape shape, int bits, @Nullable Integer validation) {
    try (Stream<Path> old = Files.list(target)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    } catch (IOException fault) {
      throw new AssertionError(fault);
    }
    return new PrepareDataPipeline(PrepareDataPipeline.DIRECT)
        .run(new PrepareRequest(source, shape, bits, validation), target);
  }

  private static void assertIdx(
      ImageShards images, int imageSeed, int labelSeed, int first, int drop) {
    assertImages(images, imageSeed, first, drop);
    for (int i = 0; i < images.size(); i++) {
      assertThat(images.label(i)).isEqualTo(RawFiles.value(labelSeed, first + i));
    }
  }

  private static void assertImages(ImageShards images, int seed, int first, int drop) {
    byte[] image = new byte[images.shape().dimensions()];
    byte[] expected = new byte[image.length];
    for (int i = 0; i < images.size(); i++) {
      images.read(i, image, 0);
      for (int d = 0; d < expected.length; d++) {
        expected[d] = (byte) (RawFiles.value(seed, (first + i) * expected.length + d) >> drop);
      }
      assertThat(image).as("image %d", i).isEqualTo(expected);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
