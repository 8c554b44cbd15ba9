/** Specifies the checker: what it finds in histories that are right but for one thing. */
@NullMarked
package io.breakwater.loadtest.chaos.check;

import org.jspecify.annotations.NullMarked;
