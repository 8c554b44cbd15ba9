/**
 * What both ends of a trunk share: mutual TLS, and the roles that certificates carry.
 *
 * <p>The way in is {@link io.breakwater.trunk.TrunkTls}.
 */
@NullMarked
package io.breakwater.trunk;

import org.jspecify.annotations.NullMarked;
