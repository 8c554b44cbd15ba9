/** Specifies how a history is written and read. */
@NullMarked
package io.breakwater.loadtest.chaos.history;

import org.jspecify.annotations.NullMarked;
