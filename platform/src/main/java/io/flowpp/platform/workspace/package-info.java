/**
 * Where results live: finished stage outputs by the digest of all that went into them, published
 * whole or not at all, with a lock for each. May use the configuration's faults and the JDK; every
 * room above keeps its files through it.
 */
@NullMarked
package io.flowpp.platform.workspace;

import org.jspecify.annotations.NullMarked;
