package io.flowpp.platform.data;

import java.io.Serializable;

/**
 * A run of images and their labels, at regular distances in decompressed files.
 *
 * @param highestLabel above which a byte is no label of this set
 */
record FlatImages(Column images, Column labels, int count, PixelOrder order, int highestLabel)
    implements Serializable {
  enum PixelOrder {
    /** [H,W,C], as in shards. */
    INTERLEAVED,
    /** [C,H,W]. */
    PLANAR
  }

  /**
   * Equal fields at equal distances.
   *
   * @param offset of the first field, in the decompressed file
   * @param stride from one field to the next
   */
  record Column(RawFile file, long offset, int stride) implements Serializable {
    long at(int index) {
      return offset + (long) index * stride;
    }
  }
}
