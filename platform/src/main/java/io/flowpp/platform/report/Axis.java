package io.flowpp.platform.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A linear scale from values to pixels, with round ticks. */
public record Axis(double low, double high, double fromPixel, double toPixel) {
  public Axis {
    if (!(low < high)) {
      throw new IllegalArgumentException("an axis runs upwards, not from " + low + " to " + high);
    }
  }

  public double pixel(double value) {
    return fromPixel + (value - low) / (high - low) * (toPixel - fromPixel);
  }

  /** Multiples of 1, 2 or 5 times a power of ten inside the axis, {@code about} of them. */
  public List<Double> ticks(int about) {
    double step = step(about);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A tick with as many decimals as its neighbours differ in. */
  public String label(double tick, int about) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step(about)) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
  }

  private double step(int about) {
    double raw = (high - low) / about;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= raw) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
