/**
 * Distributions as their equations read, in plain array operations. Uses no other room; layers walk
 * them in reference passes, where tests hold the fast kernels equal to them.
 */
@NullMarked
package io.flowpp.core.distribution;

import org.jspecify.annotations.NullMarked;
