/**
 * Images at rest: memory-mapped shards with a manifest, and the order in which training reads them.
 * May use the JDK and Jackson; every room above reads data through it.
 */
@NullMarked
package io.flowpp.core.data;

import org.jspecify.annotations.NullMarked;
