/**
 * Which device a stage computes on, with how many threads, and who else may use it meanwhile. May
 * use the configuration's records; the stage room asks it.
 */
@NullMarked
package io.flowpp.platform.device;

import org.jspecify.annotations.NullMarked;
