package io.flowpp.platform.execution;

import io.flowpp.platform.stage.StageKeys;

/**
 * Which run an experiment is.
 *
 * @param record what the workspace knows of it; a new one where it knows nothing
 */
record Identity(String runId, String rawDigest, RunRecord record, StageKeys keys) {}
