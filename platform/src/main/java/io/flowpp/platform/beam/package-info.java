/**
 * The thin coat that lets Beam run stages: two pipeline shapes, one for each kind of stage, and the
 * one injector of a worker's process. May use Beam and the stage room; the execution room asks it
 * to run a stage and never sees a pipeline.
 */
@NullMarked
package io.flowpp.platform.beam;

import org.jspecify.annotations.NullMarked;
