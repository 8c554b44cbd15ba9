/** Specifies how figures are read. */
@NullMarked
package io.breakwater.loadtest.stack;

import org.jspecify.annotations.NullMarked;
