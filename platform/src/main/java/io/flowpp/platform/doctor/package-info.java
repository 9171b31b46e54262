/**
 * Looks whether this machine has what experiments need, and says what to do where it has not. Uses
 * the rooms below it; the command line uses it.
 */
@NullMarked
package io.flowpp.platform.doctor;

import org.jspecify.annotations.NullMarked;
