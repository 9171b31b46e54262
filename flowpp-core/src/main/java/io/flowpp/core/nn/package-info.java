/**
 * Parameters and the networks that condition couplings. May use the kernels and the specs; flows
 * and dequantizers are built of it.
 */
@NullMarked
package io.flowpp.core.nn;

import org.jspecify.annotations.NullMarked;
