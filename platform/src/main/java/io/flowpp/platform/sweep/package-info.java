/**
 * Many trials of one experiment: what to try, who tries what, how it went. May use execution and
 * what lies below it; the command line uses it.
 */
@NullMarked
package io.flowpp.platform.sweep;

import org.jspecify.annotations.NullMarked;
