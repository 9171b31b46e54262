package io.flowpp.core.data;

import io.flowpp.core.spec.ImageShape;

/**
 * A finite, random-access set of images with integer values and labels. Safe for concurrent
 * reading.
 */
public interface ImageSource {
  ImageShape shape();

  /** Values are 0..2^bits-1. */
  int bits();

  int size();

  /**
   * Copies image {@code index}, H·W·C unsigned bytes in [H,W,C] order, into {@code target} from
   * {@code offset}.
   */
  void read(int index, byte[] target, int offset);

  /** The class of image {@code index}, 0..255. */
  int label(int index);
}
