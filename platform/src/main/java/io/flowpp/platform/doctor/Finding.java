package io.flowpp.platform.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What was found of one thing.
 *
 * @param name a word for scripts: {@code java}, {@code disk}
 * @param ok whether experiments can run as far as this goes
 * @param required whether they cannot where it is not
 * @param detail what there is
 * @param advice what to do, or could be done better; null where nothing is
 */
public record Finding(
    String name, boolean ok, boolean required, String detail, @Nullable String advice) {

  static Finding good(String name, String detail) {
    return new Finding(name, true, true, detail, null);
  }

  /** It will do, and could be better. */
  static Finding hint(String name, String detail, String advice) {
    return new Finding(name, true, false, detail, advice);
  }

  /** Experiments run without it, with less. */
  static Finding lacking(String name, String detail, String advice) {
    return new Finding(name, false, false, detail, advice);
  }

  static Finding bad(String name, String detail, String advice) {
    return new Finding(name, false, true, detail, advice);
  }
}
