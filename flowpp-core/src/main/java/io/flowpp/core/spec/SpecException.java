package io.flowpp.core.spec;

/** A spec that no model can have: a size out of range, or images that do not divide. */
public final class SpecException extends IllegalArgumentException {
  SpecException(String message) {
    super(message);
  }

  static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new SpecException(what + " must be at least 1, not " + value);
    }
  }

  static void requireNotNegative(String what, int value) {
    if (value < 0) {
      throw new SpecException(what + " must not be negative: " + value);
    }
  }

  static void requireProbability(String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new SpecException(what + " must lie in [0,1), not " + value);
    }
  }

  static void requireFactor(double factor) {
    if (!(factor >= 0 && factor <= 1)) {
      throw new SpecException("a schedule's factor of the peak lies in [0,1], not " + factor);
    }
  }

  static void requireDivides(MixingSpec mixing, int filters) {
    if (mixing instanceof MixingSpec.SelfAttention a && filters % a.heads() != 0) {
      throw new SpecException(
          filters + " filters do not divide into " + a.heads() + " attention heads");
    }
  }
}
