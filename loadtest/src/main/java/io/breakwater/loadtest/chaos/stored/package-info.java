/**
 * What storage holds at the end of a campaign, as plain CQL shows it: nothing of Breakwater takes
 * part in reading it.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.stored.StoredMessages}.
 */
@NullMarked
package io.breakwater.loadtest.chaos.stored;

import org.jspecify.annotations.NullMarked;
