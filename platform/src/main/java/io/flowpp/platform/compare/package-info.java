/**
 * Runs held against each other: which may be, what differs between them, what the difference means.
 * May use execution and what lies below it; sweeps, the regression gate and the command line use
 * it.
 */
@NullMarked
package io.flowpp.platform.compare;

import org.jspecify.annotations.NullMarked;
