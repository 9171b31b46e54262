/**
 * Data preparation: sources in their published formats become shards that training maps into
 * memory. May use the workspace, the configuration's faults, the core's shards and Beam; stages and
 * commands use it.
 */
@NullMarked
package io.flowpp.platform.data;

import org.jspecify.annotations.NullMarked;
