package io.flowpp.platform.execution;

import io.flowpp.platform.stage.StageEvent;
import java.util.Locale;
import java.util.OptionalDouble;

/** How far one stage is, in figures and as words. */
public final class StageProgress {
  private static final double NANOS = 1e9;
  private static final double SMOOTHING =
      .9; // of the shown bits/dim, which jump from batch to batch

  private final String name;
  private long startedNanos;
  private String unit = "step";
  private int doneBefore;
  private int done;
  private int total;
  private double bitsPerDim = Double.NaN;
  private double imagesPerSecond = Double.NaN;

  public StageProgress(String name, long nowNanos) {
    this.name = name;
    this.startedNanos = nowNanos;
  }

  public String name() {
    return name;
  }

  public void accept(StageEvent event, long nowNanos) {
    if (event instanceof StageEvent.Started started) {
      startedNanos = nowNanos;
      doneBefore = started.done();
      done = started.done();
      total = started.total();
      unit = started.unit();
    } else if (event instanceof StageEvent.Progress progress) {
      done = progress.done();
      total = progress.total();
    } else if (event instanceof StageEvent.UnitDone) {
      done++;
    } else if (event instanceof StageEvent.Stepped stepped) {
      bitsPerDim = smoothed(bitsPerDim, stepped.step().bitsPerDim());
      imagesPerSecond = smoothed(imagesPerSecond, stepped.step().imagesPerSecond());
    }
  }

  /** Between 0 and 1. */
  public double share() {
    return total == 0 ? 0 : Math.min(1, (double) done / total);
  }

  public boolean isCounted() {
    return total > 0;
  }

  /** Such as {@code step 412/1120, 3.61 bits/dim, 58 images/s, 2:05 left}. */
  public String words(long nowNanos) {
    if (total == 0) {
      return "working, " + clock((nowNanos - startedNanos) / NANOS);
    }
    StringBuilder words = new StringBuilder();
    words.append(unit).append(' ').append(done).append('/').append(total);
    if (!Double.isNaN(bitsPerDim)) {
      words.append(String.format(Locale.ROOT, ", %.3f bits/dim", bitsPerDim));
      words.append(String.format(Locale.ROOT, ", %.1f images/s", imagesPerSecond));
    }
    secondsLeft(nowNanos).ifPresent(left -> words.append(", ").append(clock(left)).append(" left"));
    return words.toString();
  }

  /** What is counted: step, shard, part. */
  public String unit() {
    return unit;
  }

  public int done() {
    return done;
  }

  /** 0 where nothing is counted. */
  public int total() {
    return total;
  }

  /** Of the latest steps, smoothed; NaN before the first. */
  public double bitsPerDim() {
    return bitsPerDim;
  }

  /** Empty before the first unit is done, and after the last. */
  public OptionalDouble secondsLeft(long nowNanos) {
    int here = done - doneBefore;
    if (here == 0 || done >= total) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of((nowNanos - startedNanos) / NANOS / here * (total - done));
  }

  /** Such as {@code 2:05}, or {@code 1:02:05}. */
  public static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  private static double smoothed(double before, double now) {
    return Double.isNaN(before) ? now : SMOOTHING * before + (1 - SMOOTHING) * now;
  }
}
