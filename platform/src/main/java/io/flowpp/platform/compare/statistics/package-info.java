/**
 * The statistics of comparisons, of numbers alone: may use the JDK and Commons Statistics, and
 * nothing of the platform.
 */
@NullMarked
package io.flowpp.platform.compare.statistics;

import org.jspecify.annotations.NullMarked;
