package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.model.FlowPlusPlus;

/** What a training minimises, per image in nats, [B]. */
enum Objective {
  /** log q(u|x) - log p(x+u): the negative bound (Flow++ eq. 9). */
  BOUND {
    @Override
    NDArray loss(FlowPlusPlus.Bound bound) {
      return bound.logNoise().sub(bound.logJoint());
    }
  },
  /** log q(u|x), whose mean is KL(q || U[0,1)^D): draws q towards uniform noise. */
  TOWARDS_UNIFORM {
    @Override
    NDArray loss(FlowPlusPlus.Bound bound) {
      return bound.logNoise();
    }
  };

  abstract NDArray loss(FlowPlusPlus.Bound bound);
}
