package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import org.jspecify.annotations.Nullable;

/**
 * What to prepare.
 *
 * @param shape the shape that the images must have
 * @param bits 1 to 8; the images keep their {@code bits} highest bits
 * @param validation images at the end of the training set that are held out; null for its last
 *     tenth
 */
public record PrepareRequest(
    DataSource source, ImageShape shape, int bits, @Nullable Integer validation) {
  public PrepareRequest {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("bits are 1 to 8, not " + bits);
    }
  }
}
