/**
 * When those are to come back whom the gateway cannot take now: spread over a window sized from how
 * many they are and from what it takes. Pure.
 *
 * <p>The way in is {@link io.breakwater.gateway.returning.Returns}, one for an event loop, with an
 * {@link io.breakwater.gateway.returning.Intake} for each kind of thing that comes back.
 */
@NullMarked
package io.breakwater.gateway.returning;

import org.jspecify.annotations.NullMarked;
