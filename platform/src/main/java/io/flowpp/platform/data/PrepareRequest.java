package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import org.jspecify.annotations.Nullable;

/**
 * What to prepare.
 *
 * @param shape the shape that the images must have
 * @param bits the images keep their {@code bits} highest bits
 * @param validation images at the end of the training set that are held out; null for its last
 *     tenth
 */
public record PrepareRequest(
    DataSource source, ImageShape shape, int bits, @Nullable Integer validation) {}
