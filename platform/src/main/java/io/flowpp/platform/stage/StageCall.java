package io.flowpp.platform.stage;

import io.flowpp.platform.workspace.StageKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One stage to do, as it is sent to a worker.
 *
 * @param input the stage's input record as JSON
 * @param channel where progress is told and cancellation is asked, within one process
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}, or several separated by commas
 * @param threads null for the machine's
 * @param outcome the file in which the worker leaves its {@link StageOutcome}
 */
public record StageCall(
    StageName stage,
    StageKey key,
    StageKey scratch,
    String input,
    String channel,
    String device,
    @Nullable Integer threads,
    Path outcome) {}
