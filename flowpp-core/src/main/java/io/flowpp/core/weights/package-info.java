/** Weights at rest: safetensors under stable names, and their digest. */
@NullMarked
package io.flowpp.core.weights;

import org.jspecify.annotations.NullMarked;
