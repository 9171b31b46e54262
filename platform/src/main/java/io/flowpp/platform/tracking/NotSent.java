package io.flowpp.platform.tracking;

/**
 * An artifact that the server lacks although the rest of the journal is there: sending it again
 * would end in the same way.
 *
 * @param run our key of the run
 * @param path its place among the run's artifacts
 * @param reason why, in words
 */
public record NotSent(String run, String path, String reason) {}
