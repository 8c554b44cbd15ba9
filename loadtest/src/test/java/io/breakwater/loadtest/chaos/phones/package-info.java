/** Specifies the crowd. */
@NullMarked
package io.breakwater.loadtest.chaos.phones;

import org.jspecify.annotations.NullMarked;
