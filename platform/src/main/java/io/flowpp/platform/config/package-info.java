/**
 * Experiment files: YAML to records, with every problem found at once and told with file, line and
 * a suggestion. May use the core's specs; every room above reads its records.
 */
@NullMarked
package io.flowpp.platform.config;

import org.jspecify.annotations.NullMarked;
