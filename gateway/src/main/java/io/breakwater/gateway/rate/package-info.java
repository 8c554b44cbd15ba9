/**
 * How fast somebody may do what costs: an address before it has said who it is, an account, a
 * device. Pure: time is an argument, a bucket is one number.
 *
 * <p>The way in are {@link io.breakwater.gateway.rate.SharedRates}, one for the process, and {@link
 * io.breakwater.gateway.rate.ConnectionRates}, one for each connection.
 */
@NullMarked
package io.breakwater.gateway.rate;

import org.jspecify.annotations.NullMarked;
