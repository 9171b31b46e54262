/**
 * The command line: one class a command, options and printing only, no logic. May use every room
 * below; nobody uses it. A command builds what it needs when it is called, so that --help stays
 * fast.
 */
@NullMarked
package io.flowpp.platform.cli;

import org.jspecify.annotations.NullMarked;
