/** Specifies payloads. */
@NullMarked
package io.breakwater.loadtest.chaos.payload;

import org.jspecify.annotations.NullMarked;
