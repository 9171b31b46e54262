/**
 * Training: the objective, the optimiser, schedules, checkpoints. Knows the model and the data, not
 * the platform; progress leaves through {@link io.flowpp.core.train.TrainingListener}.
 */
@NullMarked
package io.flowpp.core.train;

import org.jspecify.annotations.NullMarked;
