package io.flowpp.platform.sweep;

/**
 * Who asks for trials.
 *
 * @param id unique among all slots of all machines
 */
public record Worker(String id, String host) {}
