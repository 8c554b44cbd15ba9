/**
 * How many clients the gateway accepts, decided before TLS: {@link
 * io.breakwater.gateway.accept.AcceptControl}. What it says no to waits in the kernel. No Netty, no
 * clocks.
 */
@NullMarked
package io.breakwater.gateway.accept;

import org.jspecify.annotations.NullMarked;
