package io.flowpp.core.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Figures of others for well-known test sets, quoted and never recomputed, in bits per dimension.
 *
 * @param codecs lossless image formats, one file an image, over the first 2,000 test images
 * @param models published likelihood models, trained on the whole training set
 */
public record QuotedResults(List<Quote> codecs, List<Quote> models) {
  private static final QuotedResults NONE = new QuotedResults(List.of(), List.of());

  private static final Map<String, QuotedResults> BY_DATA_SET =
      Map.of(
          "fashion-mnist",
          new QuotedResults(
              codecs(5.185, 4.555), List.of(new Quote("Glow", "Nalisnick et al. 2019", 2.958))),
          "mnist",
          new QuotedResults(
              codecs(2.735, 2.031),
              List.of(
                  new Quote("RealNVP", "", 1.06),
                  new Quote("Glow", "", 1.05),
                  new Quote("FFJORD", "", 0.99),
                  new Quote("Residual Flow", "", 0.97))),
          "cifar10",
          new QuotedResults(
              codecs(5.870, 4.713),
              List.of(
                  new Quote("RealNVP", "", 3.49),
                  new Quote("Glow", "", 3.35),
                  new Quote("Flow++, uniform dequantization", "", 3.29),
                  new Quote("Residual Flow", "", 3.28),
                  new Quote("Flow++", "", 3.08),
                  new Quote("VFlow", "", 2.98),
                  new Quote("VDM", "", 2.65))),
          "imagenet32",
          new QuotedResults(
              List.of(),
              List.of(
                  new Quote("RealNVP", "", 4.28),
                  new Quote("Glow", "", 4.09),
                  new Quote("Flow++", "", 3.86),
                  new Quote("DenseFlow", "", 3.63))),
          "imagenet64",
          new QuotedResults(
              List.of(),
              List.of(
                  new Quote("RealNVP", "", 3.98),
                  new Quote("Glow", "", 3.81),
                  new Quote("Flow++", "", 3.69),
                  new Quote("DenseFlow", "", 3.35))));

  public QuotedResults {
    codecs = List.copyOf(codecs);
    models = List.copyOf(models);
  }

  /**
   * What is known of data set {@code name} at 8 bits ({@code fashion-mnist}, {@code CIFAR-10},
   * ...); nothing for a set that nobody published on, or for other bits.
   */
  public static QuotedResults of(String name, int bits) {
    String key = name.toLowerCase(Locale.ROOT).replace('_', '-');
    return bits == 8
        ? BY_DATA_SET.getOrDefault(key.equals("cifar-10") ? "cifar10" : key, NONE)
        : NONE;
  }

  private static List<Quote> codecs(double png, double webp) {
    return List.of(new Quote("PNG", "", png), new Quote("lossless WebP", "", webp));
  }

  /**
   * @param source where it was published; empty for the model's own paper
   */
  public record Quote(String name, String source, double bitsPerDim) {}
}
