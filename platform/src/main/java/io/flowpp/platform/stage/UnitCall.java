package io.flowpp.platform.stage;

/**
 * One unit of a stage, as it is sent to a worker.
 *
 * @param index its place among the stage's units
 * @param unit the unit record as JSON
 */
public record UnitCall(StageCall call, int index, String unit) {}
