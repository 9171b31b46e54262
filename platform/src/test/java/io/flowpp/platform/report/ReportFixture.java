package io.flowpp.platform.report;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.evaluate.Floors;
import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ConditionerSpec;
import io.flowpp.core.spec.ContextSpec;
import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.DequantizerSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.MixingSpec;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.SplitKind;
import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * A run as it could have been, over the real images of the sample data. Samples are real images
 * too: only a fixture may do that.
 */
final class ReportFixture {
  static final ImageShape SHAPE = new ImageShape(28, 28, 1);
  private static final int IMAGES = 2000;
  private static final byte[] PIXELS = idx("t10k-images-idx3-ubyte.gz", 16);
  private static final byte[] LABELS = idx("t10k-labels-idx1-ubyte.gz", 8);

  String name = "quickstart";
  String dataName = "fashion-mnist";
  String config = CONFIG;
  double bpd;
  String trackingUri = "http://127.0.0.1:5000";
  ReportInput.Curve training = curve(1120, 3.24, 5.6);
  ReportInput.Curve pretraining = curve(300, 3.9, 4.5);
  ImageSource test = images(IMAGES);
  List<ImageScore> scores;

  ReportFixture() {
    scores = scores(test);
    bpd = scores.stream().mapToDouble(ImageScore::bitsPerDim).average().orElseThrow();
  }

  ReportInput build() {
    SampleGrid samples = new SampleGrid(SHAPE, 64, pixels(0, 64), 0.0312);
    byte[] real = pixels(100, 12);
    byte[] noisy = real.clone();
    Random random = new Random(3);
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = (byte) Math.min(255, (noisy[i] & 0xff) + random.nextInt(2));
    }
    byte[] rows = Arrays.copyOf(real, 3 * real.length);
    System.arraycopy(noisy, 0, rows, real.length, real.length);
    System.arraycopy(real, 0, rows, 2 * real.length, real.length);
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("test/bpd", bpd);
    metrics.put("test/bpd_elbo", bpd + 0.0127);
    metrics.put("test/dequantization_gap", 0.0127);
    metrics.put("test/ess", 4.83);
    metrics.put("val/bpd", 3.291);
    metrics.put("best/val_bpd", 3.289);
    metrics.put("val/dequantizer_entropy", 0.4172);
    metrics.put("final/train_bpd", 3.2195);
    metrics.put("final/test_bpd", bpd);
    metrics.put("perf/images_per_second", 63.2);
    return new ReportInput(
        new ReportInput.Run(
            name,
            "4f9c2ab17e03",
            1,
            config,
            "./flowpp run experiments/quickstart.yaml training.steps=1120",
            Instant.parse("2026-11-22T09:12:44Z"),
            trackingUri,
            trackingUri + "/#/experiments/1/runs/8d0f1c2b3a4e"),
        model(),
        new ReportInput.Data(
            dataName,
            "9b1c55e8a1f2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbcc",
            9000,
            1000,
            IMAGES),
        List.of(
            new ReportInput.Stage(
                "prepare-data", "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "cached", 2.4),
            new ReportInput.Stage(
                "pretrain-dequantizer", "1a1b2c3d4e5f60718293a4b5c6d7e8f9", "ran", 41.7),
            new ReportInput.Stage(
                "train-flow", "2a1b2c3d4e5f60718293a4b5c6d7e8f9", "resumed", 251.2),
            new ReportInput.Stage("evaluate", "3a1b2c3d4e5f60718293a4b5c6d7e8f9", "ran", 72.9)),
        new Floors(4.9207, 4.6024, 3.9374),
        new ReportInput.Evaluation(8, IMAGES),
        ReportInput.metrics(metrics),
        training,
        pretraining,
        scores,
        test,
        samples,
        new SampleGrid(SHAPE, 36, rows, 0),
        new ReportInput.Versions("0.1.0", "17.0.15", "2.7.1", "86da243f0c1b"));
  }

  static ModelSpec model() {
    CouplingSpec coupling = mixture(24, 1, 4);
    return new ModelSpec(
        SHAPE,
        8,
        new DequantizerSpec.Variational(new ContextSpec(32, 3), 2, true, mixture(16, 1, 4)),
        List.of(
            new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 4, true, coupling),
            new FlowStepSpec.SpaceToDepth(),
            new FlowStepSpec.Couplings(SplitKind.CHANNEL, 2, true, coupling),
            new FlowStepSpec.Couplings(SplitKind.CHECKERBOARD, 3, true, coupling)));
  }

  private static CouplingSpec mixture(int filters, int blocks, int components) {
    return new CouplingSpec.MixtureOfLogistics(
        components, new ConditionerSpec(filters, blocks, new MixingSpec.SelfAttention(2), 0));
  }

  static ReportInput.Curve curve(int steps, double end, double drop) {
    Random random = new Random(7);
    List<Step> curve = new ArrayList<>();
    List<Validation> validations = new ArrayList<>();
    for (int s = 1; s <= steps; s++) {
      double mean = end + drop * Math.exp(-s / (0.06 * steps)) + 0.8 * Math.exp(-3.0 * s / steps);
      curve.add(new Step(s, mean + 0.13 * random.nextGaussian(), 0.4, 5e-3, 63));
      if (s % (steps / 10) == 0) {
        validations.add(new Validation(s, mean + 0.02, 0.41));
      }
    }
    return new ReportInput.Curve(curve, validations);
  }

  static List<ImageScore> scores(ImageSource test) {
    List<ImageScore> scores = new ArrayList<>();
    byte[] image = new byte[SHAPE.dimensions()];
    for (int i = 0; i < test.size(); i++) {
      test.read(i, image, 0);
      double bits = 0;
      for (int d = 1; d < image.length; d++) {
        bits += Math.log1p(Math.abs((image[d] & 0xff) - (image[d - 1] & 0xff))) / Math.log(2);
      }
      double bpd = 0.95 * bits / image.length + 1.05;
      scores.add(
          new ImageScore(i, test.label(i), String.format("%064x", i), bpd, bpd + 0.0127, 4.8));
    }
    return scores;
  }

  private static byte[] pixels(int from, int count) {
    ImageSource images = images(IMAGES);
    byte[] pixels = new byte[count * SHAPE.dimensions()];
    for (int i = 0; i < count; i++) {
      images.read(from + i, pixels, i * SHAPE.dimensions());
    }
    return pixels;
  }

  static ImageSource images(int count) {
    return new ImageSource() {
      @Override
      public ImageShape shape() {
        return SHAPE;
      }

      @Override
      public int bits() {
        return 8;
      }

      @Override
      public int size() {
        return count;
      }

      @Override
      public void read(int index, byte[] target, int offset) {
        System.arraycopy(PIXELS, index * SHAPE.dimensions(), target, offset, SHAPE.dimensions());
      }

      @Override
      public int label(int index) {
        return LABELS[index];
      }
    };
  }

  private static byte[] idx(String file, int header) {
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(Path.of("..", "experiments", "sample-data", file)))) {
      byte[] all = in.readAllBytes();
      return Arrays.copyOfRange(all, header, all.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String CONFIG =
      """
      name: quickstart
      seed: 1
      data:
        source: sample-data
        shape: [28, 28, 1]
        bits: 8
      model:
        dequantizer: {kind: variational, filters: 16, couplings: 2}
        flow:
          filters: 24
          blocks: 1
          coupling: {kind: mixture, components: 4}
      training:
        steps: 1120
        batch: 16
        optimizer: {learning_rate: 5e-3}
        schedule: {kind: cosine, warmup: 100}
        ema: 0.99
        clip: 1
      evaluation: {samples: 8, images: 2000, seed: 12}
      """;
}
