/**
 * A comparison as its readers see it: terminal, Markdown, CSV, HTML and figures. Uses the records
 * of {@link io.flowpp.platform.compare} and the surfaces of the report room.
 */
@NullMarked
package io.flowpp.platform.compare.page;

import org.jspecify.annotations.NullMarked;
