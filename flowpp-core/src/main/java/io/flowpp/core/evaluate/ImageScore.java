package io.flowpp.core.evaluate;

/**
 * How well the model codes one image.
 *
 * @param sha256 of the image's bytes, so that runs on the same images can be aligned
 * @param bitsPerDim the importance-weighted bound on -log P(x), bits per dimension
 * @param bitsPerDimElbo the mean of the one-sample bounds over the same samples
 * @param effectiveSamples (Σw)²/Σw² of the importance weights, between 1 and the number of samples
 */
public record ImageScore(
    int index,
    int label,
    String sha256,
    double bitsPerDim,
    double bitsPerDimElbo,
    double effectiveSamples) {}
