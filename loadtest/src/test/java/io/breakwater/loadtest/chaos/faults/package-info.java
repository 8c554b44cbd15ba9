/** Specifies what is needed of faults, and what is read of servers. */
@NullMarked
package io.breakwater.loadtest.chaos.faults;

import org.jspecify.annotations.NullMarked;
