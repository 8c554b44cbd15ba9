/**
 * What devices send to each other in a campaign: payloads that say who wrote them, to whom, and
 * which one they are, so that whoever gets one can tell whether it is what was sent. No I/O.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.payload.Payloads}.
 */
@NullMarked
package io.breakwater.loadtest.chaos.payload;

import org.jspecify.annotations.NullMarked;
