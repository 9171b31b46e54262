/**
 * Holds the models and layers to numbers that another implementation left in files. May use all
 * that computes; nothing of the library uses it.
 */
@NullMarked
package io.flowpp.core.reference;

import org.jspecify.annotations.NullMarked;
