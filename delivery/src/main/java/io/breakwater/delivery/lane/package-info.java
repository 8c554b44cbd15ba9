/**
 * A lane: a deterministic state machine that owns the mailboxes of some shards. No I/O, clock or
 * randomness in here: inputs are method calls, outputs go to {@link
 * io.breakwater.delivery.lane.LaneEffects}, and time is what {@link
 * io.breakwater.delivery.lane.Lane#advance} said last. So the simulation runs these very classes.
 *
 * <p>The way in is {@link io.breakwater.delivery.lane.Lane}; everything is confined to the lane's
 * thread.
 */
@NullMarked
package io.breakwater.delivery.lane;

import org.jspecify.annotations.NullMarked;
