package io.flowpp.platform.device;

/**
 * Where a stage computes: recorded with its result, not part of its key.
 *
 * @param device {@code cpu} or {@code cuda:N}; of a training, perhaps several separated by commas
 * @param threads that share what a CPU computes
 */
public record Compute(String device, int threads) {}
