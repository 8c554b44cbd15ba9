/** A real node, started, killed and started again. */
@NullMarked
package io.breakwater.cli.cassandra;

import org.jspecify.annotations.NullMarked;
