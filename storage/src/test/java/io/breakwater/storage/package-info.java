/** Boundaries of this module, and its arithmetic. */
@NullMarked
package io.breakwater.storage;

import org.jspecify.annotations.NullMarked;
