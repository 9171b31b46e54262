/**
 * Evaluation of trained weights: the importance-weighted bound, samples, reconstructions, and the
 * floors that simple coders reach.
 */
@NullMarked
package io.flowpp.core.evaluate;

import org.jspecify.annotations.NullMarked;
