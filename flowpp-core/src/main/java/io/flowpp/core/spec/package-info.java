/**
 * What a model and a training are, as pure data: records that can be printed, compared, hashed into
 * a stage key and counted with no tensor library on the class path. Imports nothing of the other
 * rooms; every other room may read it.
 */
@NullMarked
package io.flowpp.core.spec;

import org.jspecify.annotations.NullMarked;
