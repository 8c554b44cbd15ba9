/**
 * Disks that lose their power or have no room: file systems in files, mounted in a mount namespace.
 * Linux, as root.
 *
 * <p>The way in is {@link io.breakwater.loadtest.disk.Disks}: one for each Cassandra node of a
 * stack.
 */
@NullMarked
package io.breakwater.loadtest.disk;

import org.jspecify.annotations.NullMarked;
