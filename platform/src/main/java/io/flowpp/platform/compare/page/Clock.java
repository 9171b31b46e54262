package io.flowpp.platform.compare.page;

/**
 * The unit in which a stretch of time is read best.
 *
 * @param seconds of one unit
 */
record Clock(String unit, double seconds) {
  static Clock upTo(double longest) {
    if (longest >= 3 * 3600) {
      return new Clock("hours", 3600);
    }
    return longest >= 3 * 60 ? new Clock("minutes", 60) : new Clock("seconds", 1);
  }

  double of(double seconds) {
    return seconds / this.seconds;
  }
}
