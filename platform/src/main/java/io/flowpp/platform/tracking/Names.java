package io.flowpp.platform.tracking;

import java.util.regex.Pattern;

/**
 * The names that MLflow takes. One bad name makes the server refuse a whole batch, so it is our
 * fault and told where it is made.
 */
final class Names {
  static final int MAX_KEY = 250;

  private static final Pattern KEY = Pattern.compile("[/\\w.\\- :]+");
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern RUN_KEY = Pattern.compile("[/\\w.\\-:]+");
  private static final Pattern NOT_NORMAL = Pattern.compile("(^|/)(\\.{0,2})(/|$)");
  private static final Pattern NOT_IN_IMAGE_KEY = Pattern.compile("[^\\w.\\- ]");

  private Names() {}

  static void checkRunKey(String key) {
    if (!RUN_KEY.matcher(key).matches() || key.length() > MAX_KEY) {
      throw new IllegalArgumentException(
          "run key '" + key + "': expected 1 to 250 of letters, digits and ._-:/");
    }
  }

  /** The key of a metric, a parameter or a tag. */
  static void checkKey(String key) {
    if (!KEY.matcher(key).matches() || key.length() > MAX_KEY || NOT_NORMAL.matcher(key).find()) {
      throw new IllegalArgumentException(
          "tracking key '"
              + key
              + "': expected 1 to 250 of letters, digits, spaces and ._-:/ that are a normal relative path");
    }
  }

  /** The names of models have to survive in {@code models:/NAME@ALIAS} and in a search by name. */
  static void checkModel(String name) {
    if (!MODEL.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "model name '" + name + "': expected 1 to 100 of letters, digits and ._-");
    }
  }

  static void checkArtifactPath(String path) {
    if (path.isEmpty()
        || path.indexOf('\\') >= 0
        || path.indexOf('#') >= 0
        || NOT_NORMAL.matcher(path).find()) {
      throw new IllegalArgumentException(
          "artifact path '"
              + path
              + "': expected a normal relative path such as checkpoints/final.safetensors");
    }
  }

  /**
   * The page of images splits file names at slashes, so a key such as {@code val/samples} becomes
   * {@code val_samples}.
   */
  static String imageKey(String key) {
    return NOT_IN_IMAGE_KEY.matcher(key).replaceAll("_");
  }
}
