/**
 * Gateways and delivery nodes together, on virtual time: what lines, credits and their steering come
 * to when there are many of both. Production code decides; sockets, threads, networks and Cassandra
 * are models. {@link io.breakwater.simulation.Tier} is the way in; {@link
 * io.breakwater.simulation.Main} runs it at full scale and draws.
 */
@NullMarked
package io.breakwater.simulation;

import org.jspecify.annotations.NullMarked;
