/** The whole command with stand-ins for the servers, on a real Cassandra. */
@NullMarked
package io.breakwater.cli.up;

import org.jspecify.annotations.NullMarked;
