package io.flowpp.platform.sweep;

/**
 * The right to work on a trial and to write what came of it, until it expires.
 *
 * @param token grows with each lease of the trial: what an older one writes is refused
 * @param attempt counted from 1
 */
public record Lease(String sweep, String trial, long token, int attempt) {}
