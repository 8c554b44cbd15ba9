/**
 * What streams of gRPC have in common, whoever is at the other end.
 *
 * <p>The way in is {@link io.breakwater.delivery.stream.Outlet}.
 */
@NullMarked
package io.breakwater.delivery.stream;

import org.jspecify.annotations.NullMarked;
