package io.flowpp.platform.beam;

import java.io.Serializable;

/**
 * What a worker needs to build its injector, wherever it is.
 *
 * @param module class of a Guice module with a public constructor that takes the workspace's path
 * @param workspace directory that all workers share
 */
public record WorkerSpec(String module, String workspace) implements Serializable {}
