package io.flowpp.platform.stage;

import io.flowpp.core.evaluate.Floors;
import java.util.Map;

/**
 * The output of the evaluation; scores and pictures lie beside it, see {@link EvaluationFiles}.
 *
 * @param images test images that were scored
 * @param samples importance samples an image
 * @param leak share of the samples with a value outside the range of the images before clipping
 */
public record Evaluated(
    int images, int samples, double leak, Floors floors, Map<String, Double> metrics)
    implements StageOutput {}
