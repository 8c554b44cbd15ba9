/** Specifies how figures are read. */
@NullMarked
package io.breakwater.loadtest.disk;

import org.jspecify.annotations.NullMarked;
