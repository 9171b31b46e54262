package io.flowpp.core.spec;

/** Adam in the "epsilon hat" form of Kingma and Ba: lr·sqrt(1-b2^t)/(1-b1^t) · m/(sqrt(v)+eps). */
public record OptimizerSpec(double learningRate, double beta1, double beta2, double epsilon) {}
