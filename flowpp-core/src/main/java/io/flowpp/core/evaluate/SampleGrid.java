package io.flowpp.core.evaluate;

import io.flowpp.core.spec.ImageShape;

/**
 * Images as unsigned bytes scaled to 0..255, row by row.
 *
 * @param pixels images·H·W·C bytes, [N,H,W,C]
 * @param leak share of the samples with a coordinate outside [0,2^bits) before clipping; 0 for
 *     images that are no samples
 */
public record SampleGrid(ImageShape shape, int images, byte[] pixels, double leak) {}
