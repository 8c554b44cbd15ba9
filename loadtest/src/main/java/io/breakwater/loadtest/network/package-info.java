/**
 * Hosts of their own for the servers of a stack, on one machine: Linux network namespaces with a
 * link each to a bridge. Links are cut, one way or both, and made slow; nothing of it is seen
 * outside, and all is gone with the process that made it.
 *
 * <p>{@link io.breakwater.loadtest.network.OwnNetwork} starts {@code ./breakwater} in such a place,
 * {@link io.breakwater.loadtest.network.Network} is what is made there.
 */
@NullMarked
package io.breakwater.loadtest.network;

import org.jspecify.annotations.NullMarked;
