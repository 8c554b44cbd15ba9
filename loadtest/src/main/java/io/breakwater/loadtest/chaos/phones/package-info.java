/**
 * A crowd of applications for a campaign: they sign up, link devices, write to each other, reply,
 * go offline, are killed and start again, with the client library over real sockets; what they do
 * and hear is recorded.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.phones.Crowd}.
 */
@NullMarked
package io.breakwater.loadtest.chaos.phones;

import org.jspecify.annotations.NullMarked;
