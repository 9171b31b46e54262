package io.flowpp.core.flow;

/** A layer's weights give a map without an inverse, so densities through it do not exist. */
public final class NotInvertibleException extends ArithmeticException {
  /**
   * @param layer its path in the model, e.g. {@code flow/0/coupling2/linear}
   */
  public NotInvertibleException(String layer) {
    super(layer + ": a weight matrix is singular, so this map has no inverse and no density");
  }
}
