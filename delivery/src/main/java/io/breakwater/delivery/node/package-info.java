/**
 * The shell around the lanes of one incarnation: threads, storage calls, the registry, the seal
 * watch, the cluster, recovery.
 *
 * <p>The way in is {@link io.breakwater.delivery.node.Node}.
 */
@NullMarked
package io.breakwater.delivery.node;

import org.jspecify.annotations.NullMarked;
