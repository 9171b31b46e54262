package io.flowpp.core.train;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a training stands with steps that are not finite; a part of its state.
 *
 * @param updates steps that moved the weights: what Adam's corrections and the average's warm-up
 *     count
 * @param lastFinite the last step that moved them
 * @param inARow steps skipped since
 * @param skipped all steps skipped so far, those before a return among them
 * @param returns how often it went back to a checkpoint
 * @param rateFactor what the returns have made of the learning rate
 */
record Health(
    @JsonProperty("updates") int updates,
    @JsonProperty("lastFinite") int lastFinite,
    @JsonProperty("inARow") int inARow,
    @JsonProperty("skipped") int skipped,
    @JsonProperty("returns") int returns,
    @JsonProperty("rateFactor") double rateFactor) {
  static final Health START = new Health(0, 0, 0, 0, 0, 1);

  Health moved(int step) {
    return new Health(updates + 1, step, 0, skipped, returns, rateFactor);
  }

  Health skippedOne() {
    return new Health(updates, lastFinite, inARow + 1, skipped + 1, returns, rateFactor);
  }

  /**
   * After going back to where the training was {@code then}: what happened since is not forgotten.
   */
  Health returnedTo(Health then, double factor) {
    return new Health(then.updates, then.lastFinite, 0, skipped, returns + 1, rateFactor * factor);
  }

  /**
   * The newest step to go back to. A later checkpoint is not known to be good: no step from its
   * weights was finite.
   */
  int lastGood() {
    return lastFinite - 1;
  }
}
