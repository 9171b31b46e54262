@NullMarked
package io.flowpp.platform.tracking;

import org.jspecify.annotations.NullMarked;
