package io.flowpp.platform.workspace;

import java.util.regex.Pattern;

/**
 * The identity of a stage's output: equal keys mean equal outputs.
 *
 * @param stage such as {@code train-flow}
 * @param digest SHA-256 of all that the output depends on, 64 lower-case hexadecimal digits
 */
public record StageKey(String stage, String digest) {
  private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  public StageKey {
    if (!STAGE.matcher(stage).matches() || !DIGEST.matcher(digest).matches()) {
      throw new IllegalArgumentException("no stage key: " + stage + " " + digest);
    }
  }

  /** The first 12 digits of the digest, enough to tell outputs apart in what people read. */
  public String shortDigest() {
    return digest.substring(0, 12);
  }

  @Override
  public String toString() {
    return stage + " " + shortDigest();
  }
}
