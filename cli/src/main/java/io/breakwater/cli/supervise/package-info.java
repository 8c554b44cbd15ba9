/**
 * Keeps a few services running: started in tiers, each when the one before is ready; restarted when
 * they end; stopped in reverse.
 *
 * <p>The way in is {@link io.breakwater.cli.supervise.Supervisor}. {@code Lifecycle} decides, on
 * virtual time in its tests; {@code Supervised} carries out.
 */
@NullMarked
package io.breakwater.cli.supervise;

import org.jspecify.annotations.NullMarked;
