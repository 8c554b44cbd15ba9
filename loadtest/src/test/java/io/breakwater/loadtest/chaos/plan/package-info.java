/** Specifies schedules of faults. */
@NullMarked
package io.breakwater.loadtest.chaos.plan;

import org.jspecify.annotations.NullMarked;
