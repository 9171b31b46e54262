package io.flowpp.platform.data;

import static io.flowpp.platform.data.RawFiles.gzip;
import static io.flowpp.platform.data.RawFiles.idx;
import static io.flowpp.platform.data.RawFiles.idxImages;
import static io.flowpp.platform.data.RawFiles.idxLabels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.flowpp.core.spec.ImageShape;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which a raw set can be broken is told with the file, in one line, before anything is
 * written.
 */
class BadInputTest {
  private static final String IMAGES = "train-images-idx3-ubyte.gz";
  private static final String LABELS = "train-labels-idx1-ubyte.gz";
  private static final String PLAIN = "t10k-images-idx3-ubyte";

  @TempDir Path raw;

  static List<Arguments> brokenIdxFiles() {
    byte[] images = idxImages(1, 40);
    byte[] packed = gzip(images);
    return List.of(
        arguments(IMAGES, new byte[0], "empty-file", "holds no bytes"),
        arguments(IMAGES, images, "not-gzip", "is named .gz and is not gzipped"),
        arguments(IMAGES, new byte[] {0x1f, (byte) 0x8b, 8}, "truncated-gzip", "is cut off"),
        arguments(IMAGES, Arrays.copyOf(packed, packed.length / 2), "truncated-gzip", "is cut off"),
        arguments(IMAGES, Arrays.copyOf(packed, packed.length - 4), "truncated-gzip", "is cut off"),
        arguments(IMAGES, flipped(packed, packed.length - 7), "corrupt-gzip", "is damaged"),
        arguments(
            IMAGES,
            gzip(idxLabels(1, 40)),
            "wrong-magic",
            "begins with 0x00000801, expected 0x00000803 or 0x00000804 (images of unsigned bytes)"),
        arguments(
            LABELS,
            packed,
            "wrong-magic",
            "begins with 0x00000803, expected 0x00000801 (labels of unsigned bytes)"),
        arguments(PLAIN, idx(0x0D03, 1, 60, 1, 5, 3), "wrong-magic", "begins with 0x00000d03"),
        arguments(
            IMAGES,
            gzip(new byte[] {0, 0, 8, 3, 0}),
            "truncated-file",
            "holds 5 bytes, an IDX header of images of unsigned bytes has 16"),
        arguments(
            PLAIN,
            Arrays.copyOf(idx(0x804, 1, 0, 7, 5, 3, 1), 19),
            "truncated-file",
            "holds 19 bytes, an IDX header of images of unsigned bytes has 20"),
        arguments(
            PLAIN,
            idx(0x804, 1, 7 * 15 * 2 - 1, 7, 5, 3, 2),
            "truncated-file",
            "ends after 229 bytes of the 230 that its header announces"),
        arguments(
            PLAIN,
            idx(0x804, 1, 0, 7, 5, 3, 0),
            "wrong-dimensions",
            "announces the dimensions [7, 5, 3, 0]"),
        arguments(
            PLAIN,
            idx(0x804, 1, 7 * 15 * 2, 7, 5, 3, 2),
            "shape-mismatch",
            "holds test images of 5x3x2, the training images are 5x3x1"),
        arguments(
            IMAGES,
            gzip(Arrays.copyOf(images, images.length - 1)),
            "truncated-file",
            "ends after 615 bytes of the 616 that its header announces"),
        arguments(
            IMAGES,
            gzip(Arrays.copyOf(images, images.length + 1)),
            "trailing-bytes",
            "goes on after the 616 bytes that its header announces"),
        arguments(
            PLAIN,
            Arrays.copyOf(idxImages(3, 7), 120),
            "truncated-file",
            "ends after 120 bytes of the 121 that its header announces"),
        arguments(
            PLAIN,
            Arrays.copyOf(idxImages(3, 7), 122),
            "trailing-bytes",
            "goes on after the 121 bytes that its header announces"),
        arguments(
            PLAIN,
            idx(0x803, 1, 0, 0, 5, 3),
            "wrong-dimensions",
            "announces the dimensions [0, 5, 3]"),
        arguments(
            PLAIN,
            idx(0x803, 1, 9, -1, 5, 3),
            "wrong-dimensions",
            "announces the dimensions [-1, 5, 3]"),
        arguments(
            PLAIN,
            idx(0x803, 1, 9, 1, 0x7fffffff, 0x7fffffff),
            "wrong-dimensions",
            "sides of 1 to 16384"),
        arguments(
            PLAIN,
            idx(0x803, 1, 105, 7, 3, 5),
            "shape-mismatch",
            "holds test images of 3x5x1, the training images are 5x3x1"),
        arguments(
            LABELS,
            gzip(idxLabels(2, 39)),
            "label-count",
            "holds 39 labels for the 40 images of " + IMAGES));
  }

  @ParameterizedTest(name = "{0}: {2}, {3}")
  @MethodSource("brokenIdxFiles")
  void aBrokenIdxFileIsTold(
      String file, byte[] content, String code, String message, @TempDir Path target) {
    RawFiles.idx(raw, 40, 7);
    RawFiles.write(raw.resolve(file), content);
    assertThatThrownBy(() -> prepare(new IdxSource(raw), target))
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.code()).isEqualTo(code);
              assertThat(fault.exitCode()).isEqualTo(ExitCode.FAILED);
              assertThat(fault.message()).contains(message);
              assertThat(fault.where()).isEqualTo(raw.resolve(file).toString());
              assertThat(fault.line()).contains("; download it again").doesNotContain("\n");
            });
    assertThat(target.resolve("manifest.json")).doesNotExist();
    assertThat(target.resolve("train-00000.shard")).doesNotExist();
  }

  @ParameterizedTest(name = "{0} bytes")
  @MethodSource("brokenCifarSizes")
  void aCifarFileOfBrokenRecordsIsTold(int bytes, String code) {
    RawFiles.cifar(raw, 2);
    RawFiles.write(raw.resolve("data_batch_2.bin"), new byte[bytes]);
    assertThatThrownBy(() -> new CifarBinarySource(raw).layout())
        .isInstanceOfSatisfying(UserFault.class, fault -> assertThat(fault.code()).isEqualTo(code))
        .hasMessageContaining("expected whole records of 3,073");
  }

  static List<Arguments> brokenCifarSizes() {
    return List.of(
        arguments(0, "empty-file"),
        arguments(3072, "truncated-file"),
        arguments(3073 * 2 + 1, "truncated-file"));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    RawFiles.idx(raw, 40, 7);
    Files.delete(raw.resolve(LABELS));
    assertThatThrownBy(() -> new IdxSource(raw).layout())
        .hasMessage("lacks train-labels-idx1-ubyte[.gz]");
    assertThatThrownBy(() -> new CifarBinarySource(raw).rawFiles())
        .hasMessageContaining("lacks data_batch_1.bin, ");
    assertThatThrownBy(() -> new IdxSource(raw.resolve("nowhere")).rawFiles())
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(fault.line())
                  .isEqualTo(
                      raw.resolve("nowhere")
                          + ": is no directory; put the complete data set there, or point data.source to where it is");
            });
  }

  @Test
  void twoSetsInOneDirectoryAreNotMixed() {
    RawFiles.idx(raw, 40, 7);
    RawFiles.write(raw.resolve("emnist-train-images-idx3-ubyte.gz"), gzip(idxImages(1, 40)));
    assertThatThrownBy(() -> new IdxSource(raw).layout())
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("several files");
  }

  @Test
  void publishedNamesWithAPrefixOrADotAreFound() {
    RawFiles.write(raw.resolve("emnist-letters-train-images-idx3-ubyte.gz"), gzip(idxImages(1, 4)));
    RawFiles.write(raw.resolve("emnist-letters-train-labels-idx1-ubyte.gz"), gzip(idxLabels(1, 4)));
    RawFiles.write(raw.resolve("emnist-letters-test-images-idx3-ubyte.gz"), gzip(idxImages(1, 2)));
    RawFiles.write(raw.resolve("t10k-labels.idx1-ubyte"), idxLabels(1, 2));
    SourceLayout layout = new IdxSource(raw).layout();
    assertThat(SourceLayout.count(layout.train())).isEqualTo(4);
    assertThat(layout.files()).hasSize(4);
  }

  @Test
  void anUnknownFormatIsTold() {
    assertThatThrownBy(() -> DataSource.of("png", raw)).hasMessage("unknown format of data 'png'");
    assertThat(Stream.of("idx", "cifar-binary").map(format -> DataSource.of(format, raw).format()))
        .containsExactly("idx", "cifar-binary");
  }

  private static void prepare(DataSource source, Path target) {
    new PrepareDataPipeline(PrepareDataPipeline.DIRECT)
        .run(new PrepareRequest(source, new ImageShape(5, 3, 1), 8, null), target);
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 1;
    return flipped;
  }
}
