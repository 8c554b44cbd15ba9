/**
 * The admin port of a process: liveness, readiness, metrics.
 *
 * <p>The way in is {@link io.breakwater.common.admin.AdminServer}.
 */
@NullMarked
package io.breakwater.common.admin;

import org.jspecify.annotations.NullMarked;
