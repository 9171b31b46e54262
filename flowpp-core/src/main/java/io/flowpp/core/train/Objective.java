package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.model.FlowPlusPlus;

/** What a training minimises, per image in nats: a weighted sum of the bound's two terms. */
enum Objective {
  /** log q(u|x) - log p(x+u): the negative bound (Flow++ eq. 9). */
  BOUND(-1),
  /** log q(u|x), whose mean is KL(q || U[0,1)^D): draws q towards uniform noise. */
  TOWARDS_UNIFORM(0);

  private final double joint;

  Objective(double joint) {
    this.joint = joint;
  }

  /** The weight of log p(x+u); that of log q(u|x) is 1. */
  double joint() {
    return joint;
  }

  /** The loss of each image in nats, [B]. */
  NDArray loss(FlowPlusPlus.Bound bound) {
    return joint == 0 ? bound.logNoise() : bound.logNoise().sub(bound.logJoint());
  }
}
