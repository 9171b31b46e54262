/**
 * What a command does from configuration to result: the plan, the stages in order, what is told to
 * the tracker, the report. May use every room below; the command line uses it.
 */
@NullMarked
package io.flowpp.platform.execution;

import org.jspecify.annotations.NullMarked;
