/**
 * Random numbers as pure functions: a seed for each purpose and step, and arrays of noise that
 * depend on nothing but their seed. Uses only the JDK; every room above draws through it, so that a
 * resumed run repeats bit for bit.
 */
@NullMarked
package io.flowpp.core.random;

import org.jspecify.annotations.NullMarked;
