/** A specification built into layers. The one place that switches over specs. */
@NullMarked
package io.flowpp.core.model;

import org.jspecify.annotations.NullMarked;
