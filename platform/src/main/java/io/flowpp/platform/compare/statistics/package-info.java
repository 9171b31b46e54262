/**
 * The statistics of comparisons, of numbers alone: may use the JDK, Commons Statistics and random
 * numbers by counter, and nothing of the platform.
 */
@NullMarked
package io.flowpp.platform.compare.statistics;

import org.jspecify.annotations.NullMarked;
