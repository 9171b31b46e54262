package io.flowpp.core.spec;

/**
 * The network that computes a coupling's parameters: proj_in, {@code blocks} times (gated
 * convolution, layer norm, mixing, layer norm), proj_out.
 *
 * @param filters channels F of the body
 * @param dropout probability that a value is dropped inside each block, during training only
 */
public record ConditionerSpec(int filters, int blocks, MixingSpec mixing, double dropout) {}
