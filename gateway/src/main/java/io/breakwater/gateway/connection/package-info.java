/**
 * The life of a connection, decided: state and input in, outputs out. Pure: no socket, no stream,
 * no timer; time and randomness are given.
 *
 * <p>The way in is {@link io.breakwater.gateway.connection.ConnectionMachine}.
 */
@NullMarked
package io.breakwater.gateway.connection;

import org.jspecify.annotations.NullMarked;
