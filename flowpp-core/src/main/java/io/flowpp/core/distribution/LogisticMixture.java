package io.flowpp.core.distribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * A mixture of K logistics for each element: F(x) = Σ π_k σ((x - m_k) / s_k) (Flow++ eq. 13).
 *
 * <p>Shapes: parameters [...,K], x and every result [...]. Logarithms in nats. F and 1-F are never
 * formed, so that both tails keep their digits.
 *
 * @param logWeights log π, normalised over the last axis
 * @param means m
 * @param logScales log s
 */
public record LogisticMixture(NDArray logWeights, NDArray means, NDArray logScales) {
  /** Halvings after which no bracket of float64 numbers is left between 1e-300 and 1e15. */
  private static final int HALVINGS = 200;

  /** log F(x). */
  public NDArray logCdf(NDArray x) {
    return logSumExp(logWeights.add(logSigmoid(standardised(x))));
  }

  /** log(1 - F(x)). */
  public NDArray logSurvival(NDArray x) {
    return logSumExp(logWeights.add(logSigmoid(standardised(x).neg())));
  }

  /** log F'(x). */
  public NDArray logDensity(NDArray x) {
    NDArray z = standardised(x);
    return logSumExp(logWeights.add(logSigmoid(z)).add(logSigmoid(z.neg())).sub(logScales));
  }

  /** logit F(x) = log F - log(1-F). */
  public NDArray logit(NDArray x) {
    return logCdf(x).sub(logSurvival(x));
  }

  /** log of the derivative of {@link #logit}: log F' - log F - log(1-F). */
  public NDArray logSlope(NDArray x) {
    return logDensity(x).sub(logCdf(x)).sub(logSurvival(x));
  }

  /**
   * x with logit F(x) = {@code logit}, by bisection of [min_k(m_k + s_k logit), max_k(m_k + s_k
   * logit)]: every component has reached the logit at the upper end and none before the lower one.
   */
  public NDArray inverseLogit(NDArray logit) {
    NDArray ends = means.add(logScales.exp().mul(logit.expandDims(-1)));
    NDArray low = ends.min(new int[] {-1});
    NDArray high = ends.max(new int[] {-1});
    NDArray half = logit.getManager().full(logit.getShape(), .5f, logit.getDataType());
    for (int i = 0; i < HALVINGS; i++) {
      NDArray middle = low.add(high).mul(half);
      NDArray below = logit(middle).lt(logit);
      low = NDArrays.where(below, middle, low);
      high = NDArrays.where(below, high, middle);
    }
    return low.add(high).mul(half);
  }

  private NDArray standardised(NDArray x) {
    return x.expandDims(-1).sub(means).mul(logScales.neg().exp());
  }

  /** log σ(z) = min(z, 0) - log(1 + exp(-|z|)). */
  private static NDArray logSigmoid(NDArray z) {
    return z.minimum(z.zerosLike()).sub(z.abs().neg().exp().add(1).log());
  }

  /** log Σ exp over the last axis. */
  private static NDArray logSumExp(NDArray a) {
    NDArray max = a.max(new int[] {-1}, true).stopGradient();
    return a.sub(max).exp().sum(new int[] {-1}).log().add(max.squeeze(-1));
  }
}
