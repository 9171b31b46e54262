/**
 * The four stages of an experiment as plain services, their keys, and the rules by which one is
 * taken from the cache, resumed or run. May use data, workspace, device and the core; knows no
 * Beam, no tracker, no command line. The beam room wraps it, the execution room orders it.
 */
@NullMarked
package io.flowpp.platform.stage;

import org.jspecify.annotations.NullMarked;
