/** Specifies how stored messages are read; and runs a crowd by hand. */
@NullMarked
package io.breakwater.loadtest.chaos.stored;

import org.jspecify.annotations.NullMarked;
