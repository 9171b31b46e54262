package io.flowpp.core.bench;

import java.util.OptionalLong;

/**
 * What a training step costs, in a measure that other processes move little.
 *
 * @param products that one step costs as much as, each of two float32 matrices of 512 x 512
 * @param stepSeconds of the processor, all threads
 * @param productSeconds of the processor, one product
 * @param peakBytes the most that the process held; empty where the system does not tell
 * @param rounds that were counted
 */
public record StepCost(
    double products,
    double stepSeconds,
    double productSeconds,
    OptionalLong peakBytes,
    int rounds) {}
