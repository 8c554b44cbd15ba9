/**
 * Where a server's processor time goes: async-profiler attached to it, and a flame graph of what it
 * saw.
 *
 * <p>The way in is {@link io.breakwater.loadtest.bench.profile.Profiler}.
 */
@NullMarked
package io.breakwater.loadtest.bench.profile;

import org.jspecify.annotations.NullMarked;
