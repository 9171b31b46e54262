package io.flowpp.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.random.CounterRandom;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.OptimizerSpec;
import io.flowpp.core.spec.ScheduleSpec;
import io.flowpp.core.spec.TrainingSpec;
import io.flowpp.core.train.Trainings.Heard;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of many steps: their memory, and images in which there is nothing to learn. */
class LongTrainingTest {
  @TempDir Path directory;

  /** Each value of each image by itself, all 256 alike. */
  private record RandomImages(ImageShape shape, int size) implements ImageSource {
    @Override
    public int bits() {
      return 8;
    }

    @Override
    public void read(int index, byte[] target, int offset) {
      for (int i = 0; i < shape.dimensions(); i++) {
        target[offset + i] = (byte) CounterRandom.below(index, i, 256);
      }
    }

    @Override
    public int label(int index) {
      return 0;
    }
  }

  /** All values of all images the same. */
  private record ConstantImages(ImageShape shape, int size, int value) implements ImageSource {
    @Override
    public int bits() {
      return 8;
    }

    @Override
    public void read(int index, byte[] target, int offset) {
      Arrays.fill(target, offset, offset + shape.dimensions(), (byte) value);
    }

    @Override
    public int label(int index) {
      return 0;
    }
  }

  @Tag("slow")
  @Test
  void manyStepsOnRandomOrConstantImagesEndInNumbersOrADiagnosis() {
    meaningless(200);
  }

  @Tag("storm")
  @Test
  void twoThousandStepsOnRandomOrConstantImagesEndInNumbersOrADiagnosis() {
    meaningless(2000);
  }

  private void meaningless(int steps) {
    ImageShape shape = Trainings.MODEL.shape();
    List<ImageSource> sources =
        List.of(
            new RandomImages(shape, 64),
            new ConstantImages(shape, 64, 0),
            new ConstantImages(shape, 64, 128));
    for (ImageSource images : sources) {
      Heard heard = new Heard();
      TrainingRequest request =
          Trainings.request(
              directory.resolve(images.toString().replaceAll("\\W+", "-")),
              training(steps),
              2,
              images);
      try {
        TrainingResult result = Trainings.run(request, heard);
        assertThat(result.step()).as("%s", images).isEqualTo(steps);
        assertThat(Trainings.losses(result)).as("%s", images).allMatch(Double::isFinite);
        assertThat(result.validations()).allMatch(v -> Double.isFinite(v.bitsPerDim()));
        System.out.printf(
            "%s: %d steps, %d skipped, %.3f to %.3f bits/dim%n",
            images,
            result.step(),
            result.skips().size(),
            Trainings.losses(result).get(0),
            Trainings.losses(result).get(Trainings.losses(result).size() - 1));
      } catch (DivergedException diagnosis) {
        assertThat(diagnosis)
            .as("%s", images)
            .hasMessageMatching("step \\d+: .*the first fault: (dequantizer|context|flow|the ).*");
        System.out.println(images + ": " + diagnosis.getMessage());
      }
    }
  }

  /** In a process of its own, whose heap is all there from the beginning. */
  @Tag("slow")
  @Test
  void residentMemoryIsFlatOverThreeHundredSteps() throws Exception {
    Assumptions.assumeTrue(Files.exists(ResidentMemory.STATUS), "only Linux tells");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms192m",
                "-Xmx192m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                ResidentMemory.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    System.out.print(told);
    long[] bytes =
        told.lines()
            .filter(line -> line.startsWith("resident "))
            .mapToLong(line -> Long.parseLong(line.replaceAll("^.* ", "")))
            .toArray();
    assertThat(bytes).hasSize(2);
    assertThat(bytes[1]).isLessThan(bytes[0] + bytes[0] / 100);
  }

  static TrainingSpec training(int steps) {
    return new TrainingSpec(
        steps,
        Trainings.BATCH,
        16,
        new OptimizerSpec(1e-2, .9, .999, 1e-8),
        new ScheduleSpec.Constant(20),
        .99,
        1,
        50,
        10,
        50);
  }
}
