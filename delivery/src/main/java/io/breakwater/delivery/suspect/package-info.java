/**
 * Failure detection by JGroups. It suspects; what is decided is decided in Cassandra.
 *
 * <p>The way in is {@link io.breakwater.delivery.suspect.Suspector}.
 */
@NullMarked
package io.breakwater.delivery.suspect;

import org.jspecify.annotations.NullMarked;
