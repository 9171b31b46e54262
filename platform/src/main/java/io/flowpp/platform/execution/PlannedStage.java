package io.flowpp.platform.execution;

import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.workspace.StageKey;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a plan.
 *
 * @param key null where the raw data are absent
 * @param cached whether its output is in the workspace
 * @param skipped whether the configuration asks for nothing here
 */
public record PlannedStage(
    StageName stage, @Nullable StageKey key, boolean cached, boolean skipped) {}
