package io.flowpp.core.flow;

/** A value at which a flow is not defined. */
public final class DomainException extends IllegalArgumentException {
  DomainException(String layer, double value, String domain) {
    super(layer + ": " + value + " lies outside of its domain " + domain);
  }
}
