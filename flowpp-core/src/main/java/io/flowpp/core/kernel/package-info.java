/**
 * TorchScript kept as a resource, packed and called by Java: the fast form of the heavy parts.
 * Knows only the tensor library.
 */
@NullMarked
package io.flowpp.core.kernel;

import org.jspecify.annotations.NullMarked;
