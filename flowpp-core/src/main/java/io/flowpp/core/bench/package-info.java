/**
 * How fast the library is here, and what memory it takes: training steps, evaluation, sampling,
 * reading, each beside the machine's own speed. Nothing in the library uses it.
 */
@NullMarked
package io.flowpp.core.bench;

import org.jspecify.annotations.NullMarked;
