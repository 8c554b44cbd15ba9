/** The boundaries of this module. */
@NullMarked
package io.breakwater.loadtest;

import org.jspecify.annotations.NullMarked;
