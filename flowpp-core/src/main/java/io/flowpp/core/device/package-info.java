/**
 * Where tensors live and how many threads compute them: the one door to the native library's
 * settings.
 */
@NullMarked
package io.flowpp.core.device;

import org.jspecify.annotations.NullMarked;
