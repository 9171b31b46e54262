package io.flowpp.platform.device;

/**
 * Where a stage computes: recorded with its result, not part of its key.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param threads intra-op threads of the native library
 */
public record Compute(String device, int threads) {}
