/**
 * A real Cassandra as a child process on JDK 17, for one machine and for tests.
 *
 * <p>The way in is {@link io.breakwater.cli.cassandra.EmbeddedCassandra}; tests of other modules
 * take {@link io.breakwater.cli.cassandra.TestCassandra}.
 */
@NullMarked
package io.breakwater.cli.cassandra;

import org.jspecify.annotations.NullMarked;
