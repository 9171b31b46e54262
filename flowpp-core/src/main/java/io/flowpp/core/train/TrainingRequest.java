package io.flowpp.core.train;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.spec.ModelSpec;
import io.flowpp.core.spec.TrainingSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * All that a training depends on.
 *
 * @param seed root of every random number: weights, order of images, dequantization noise
 * @param checkpoints directory that this training owns; resumed from where it holds a whole
 *     checkpoint
 * @param dequantizerWeights weights of a pretrained dequantizer (safetensors), or null to start
 *     from random ones
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}, or several separated by commas, which
 *     share each batch
 * @param threads that share what of a batch a CPU computes
 */
public record TrainingRequest(
    ModelSpec model,
    TrainingSpec training,
    ImageSource train,
    ImageSource validation,
    long seed,
    Path checkpoints,
    @Nullable Path dequantizerWeights,
    String device,
    int threads) {}
