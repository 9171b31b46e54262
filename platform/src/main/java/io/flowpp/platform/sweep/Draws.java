package io.flowpp.platform.sweep;

import io.flowpp.core.random.Seeds;
import io.flowpp.platform.config.ExperimentKey;
import io.flowpp.platform.config.ExperimentKey.Value;
import io.flowpp.platform.config.Located;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Random values as a pure function of (seed, draw, parameter): draw 7 is the same in a search of 10
 * and in one of 1,000, and whatever other parameters there are.
 */
final class Draws {
  /** Decimal digits that a range is divided into: what is drawn can be read, and typed again. */
  private static final int DIGITS = 4;

  private final long seed;

  Draws(long seed) {
    this.seed = seed;
  }

  Value draw(Swept parameter, long draw) {
    double u = (Seeds.derive(seed, parameter.key(), draw) >>> 11) * 0x1p-53;
    Domain domain = parameter.domain();
    if (domain instanceof Domain.Listed listed) {
      return listed.values().get((int) (u * listed.values().size()));
    }
    if (domain instanceof Domain.Whole whole) {
      double width = (double) whole.high() - whole.low() + 1;
      return number(parameter, String.valueOf(whole.low() + (long) (u * width)));
    }
    if (domain instanceof Domain.Uniform uniform) {
      double value = uniform.low() + u * (uniform.high() - uniform.low());
      return number(parameter, rounded(value, uniform.low(), uniform.high(), Double.MAX_VALUE));
    }
    if (domain instanceof Domain.LogUniform log) {
      double low = Math.log(log.low());
      double value = Math.exp(low + u * (Math.log(log.high()) - low));
      return number(parameter, rounded(value, log.low(), log.high(), value));
    }
    throw new IllegalStateException("no draws from " + domain);
  }

  private static Value number(Swept parameter, String text) {
    return new Value(new Located.Scalar(parameter.origin(), text, true), text);
  }

  /**
   * @param size of the value, where its own digits count rather than its place in the range
   */
  private static String rounded(double value, double low, double high, double size) {
    double unit = Math.min(size, high - low);
    int scale = DIGITS - 1 - (int) Math.floor(Math.log10(unit));
    double near = BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
    return ExperimentKey.text(Math.min(high, Math.max(low, near)));
  }
}
