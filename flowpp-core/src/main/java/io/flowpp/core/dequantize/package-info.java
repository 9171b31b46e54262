/**
 * Where u in [0,1)^D comes from, given the integer image. Stochastic layers like any other: a value
 * and its log-density.
 */
@NullMarked
package io.flowpp.core.dequantize;

import org.jspecify.annotations.NullMarked;
