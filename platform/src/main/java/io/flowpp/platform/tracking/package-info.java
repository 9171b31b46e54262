/**
 * What a run tells the world: events go to a journal on disk first, then to an MLflow server that
 * may be slow, away or absent. Training never waits for it. May use the configuration room; stages
 * and execution write to it through {@link io.flowpp.platform.tracking.Tracker}.
 */
@NullMarked
package io.flowpp.platform.tracking;

import org.jspecify.annotations.NullMarked;
