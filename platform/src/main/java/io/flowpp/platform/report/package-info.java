/**
 * What a run leaves for a reader: one self-contained HTML page, figures as PNG, scores as CSV, a
 * summary for the terminal. May use the core's records and the config room; the stage that
 * evaluates and the command that ran it use it.
 */
@NullMarked
package io.flowpp.platform.report;

import org.jspecify.annotations.NullMarked;
