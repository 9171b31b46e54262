package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flowpp.core.data.ImageSource;

/** Reads images as {@link Batches#of} does; safe for use by several threads. */
@FunctionalInterface
interface BatchReader {
  NDArray read(ImageSource images, int[] indices, NDManager manager);
}
