/**
 * Invertible layers: each gives its value, log|det J| per image, and its inverse. May use the
 * networks and kernels; models and dequantizers are chains of them.
 */
@NullMarked
package io.flowpp.core.flow;

import org.jspecify.annotations.NullMarked;
