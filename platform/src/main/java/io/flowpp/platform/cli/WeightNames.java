package io.flowpp.platform.cli;

import io.flowpp.core.weights.WeightExchange.Naming;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whose names a weight file has: flowpp or official. */
final class WeightNames implements ITypeConverter<Naming> {
  @Override
  public Naming convert(String value) {
    for (Naming naming : Naming.values()) {
      if (naming.name().toLowerCase(Locale.ROOT).equals(value)) {
        return naming;
      }
    }
    throw new TypeConversionException("'" + value + "' is neither flowpp nor official");
  }
}
