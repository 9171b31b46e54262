package io.flowpp.platform.regression;

import io.flowpp.platform.execution.RunListener;
import io.flowpp.platform.stage.Cancellation;

/**
 * Who asks.
 *
 * @param command the line that repeats it
 * @param listener hears how it goes
 */
public record Asked(String command, RunListener listener, Cancellation cancellation) {}
