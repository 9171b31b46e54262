/**
 * Whether the program has got worse, slower or irreproducible: experiments with a small budget,
 * held against what they came to when a baseline was accepted. May use comparisons and what lies
 * below them; the command line uses it.
 */
@NullMarked
package io.flowpp.platform.regression;

import org.jspecify.annotations.NullMarked;
