/**
 * The library that an application embeds. The way in is {@link
 * io.breakwater.client.BreakwaterClient}: one connection, one thread that owns the {@link
 * io.breakwater.client.core.DeviceMachine}, plain sockets.
 */
@NullMarked
package io.breakwater.client;

import org.jspecify.annotations.NullMarked;
