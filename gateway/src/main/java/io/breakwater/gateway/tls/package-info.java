/**
 * TLS towards clients: certificates, session tickets, the handler that begins each connection.
 *
 * <p>The way in is {@link io.breakwater.gateway.tls.Tls}.
 */
@NullMarked
package io.breakwater.gateway.tls;

import org.jspecify.annotations.NullMarked;
