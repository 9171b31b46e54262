package io.flowpp.core.kernel;

import static io.flowpp.core.kernel.Tiles.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Exponential and logarithm of eight values, to about one unit in the last place, by reduction and
 * polynomials (coefficients of Moshier's Cephes). One of them a loop, no more: with two, JDK 17
 * boxes vectors.
 */
final class Elementary {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN_2_HIGH = 0.6931472f;
  private static final float LN_2_LOW = -1.9046543e-9f;
  private static final float LOWEST = -80f; // e^-80 is as good as 0 beside 1
  private static final float WHOLE = 12582912f; // 1.5 * 2^23: an added number is rounded to a whole
  private static final float ROUND = WHOLE + 127f; // with an exponent's offset in the low bits
  private static final int WHOLE_BITS = 0x4B400000;
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  private Elementary() {}

  /** e^x for x up to 88; below {@link #LOWEST} that of LOWEST. */
  static FloatVector exp(FloatVector x) {
    FloatVector t = floored(x);
    FloatVector z = rounded(t);
    FloatVector power = power(z);
    return power.fma(rest(t, z), power);
  }

  /** e^x - 1 for x up to 88, to the last place where x is small too. */
  static FloatVector expm1(FloatVector x) {
    FloatVector t = floored(x);
    FloatVector z = rounded(t);
    FloatVector power = power(z);
    return power.fma(rest(t, z), power.sub(1f));
  }

  private static FloatVector floored(FloatVector x) {
    FloatVector lowest = FloatVector.broadcast(LANES, LOWEST);
    return x.blend(lowest, x.compare(VectorOperators.LT, lowest));
  }

  /** The whole number nearest to x in base two, and the exponent's offset, in the low bits. */
  private static FloatVector rounded(FloatVector x) {
    return x.fma(FloatVector.broadcast(LANES, LOG2_E), FloatVector.broadcast(LANES, ROUND));
  }

  /** 2 to that. */
  private static FloatVector power(FloatVector z) {
    IntVector exponent = bits(z).lanewise(VectorOperators.LSHL, 23);
    return (FloatVector) exponent.reinterpretShape(LANES, 0);
  }

  /** e^f - 1 for f = x less that many times ln 2, from -ln(2)/2 to ln(2)/2. */
  private static FloatVector rest(FloatVector x, FloatVector z) {
    FloatVector n = z.sub(FloatVector.broadcast(LANES, ROUND)).neg();
    FloatVector f = n.fma(FloatVector.broadcast(LANES, LN_2_HIGH), x);
    f = n.fma(FloatVector.broadcast(LANES, LN_2_LOW), f);
    FloatVector y = FloatVector.broadcast(LANES, 1.9875691500e-4f);
    y = y.fma(f, FloatVector.broadcast(LANES, 1.3981999507e-3f));
    y = y.fma(f, FloatVector.broadcast(LANES, 8.3334519073e-3f));
    y = y.fma(f, FloatVector.broadcast(LANES, 4.1665795894e-2f));
    y = y.fma(f, FloatVector.broadcast(LANES, 1.6666665459e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, 5.0000001201e-1f));
    return y.fma(f.mul(f), f);
  }

  /** log x for normal numbers x &gt; 0; NaN for NaN. */
  static FloatVector log(FloatVector x) {
    IntVector bits = bits(x);
    IntVector n = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    IntVector near = bits.sub(n.lanewise(VectorOperators.LSHL, 23));
    // from sqrt(1/2) to sqrt(2), less 1
    FloatVector f = ((FloatVector) near.reinterpretShape(LANES, 0)).sub(1f);
    FloatVector e = ((FloatVector) n.add(WHOLE_BITS).reinterpretShape(LANES, 0)).sub(WHOLE);
    FloatVector y = FloatVector.broadcast(LANES, 7.0376836292e-2f);
    y = y.fma(f, FloatVector.broadcast(LANES, -1.1514610310e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, 1.1676998740e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, -1.2420140846e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, 1.4249322787e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, -1.6668057665e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, 2.0000714765e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, -2.4999993993e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, 3.3333331174e-1f));
    y = y.fma(f, FloatVector.broadcast(LANES, -.5f));
    y = e.fma(FloatVector.broadcast(LANES, LN_2_LOW), y.mul(f.mul(f)));
    // a NaN's bits would pass for a number's
    return e.fma(FloatVector.broadcast(LANES, LN_2_HIGH), f.add(y))
        .blend(x, x.compare(VectorOperators.NE, x));
  }

  /** log(1 + x) for x from 0 to 1, to the last place where x is small too. */
  static FloatVector log1p(FloatVector x) {
    FloatVector u = x.add(1f);
    FloatVector lost = x.sub(u.sub(1f));
    return log(u).add(lost.div(u));
  }

  /** Casting by a constant species: JDK 17 does not always compile reinterpretAsInts to nothing. */
  private static IntVector bits(FloatVector x) {
    return (IntVector) x.reinterpretShape(INTS, 0);
  }
}
