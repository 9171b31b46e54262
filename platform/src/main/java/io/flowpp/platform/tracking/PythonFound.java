package io.flowpp.platform.tracking;

/**
 * The Python that the managed server's environment is made with.
 *
 * @param detail its version and place, or what to do where none will do
 */
public record PythonFound(boolean usable, String detail) {}
