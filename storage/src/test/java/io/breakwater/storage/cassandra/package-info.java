/** The contract on a real Cassandra, and what only Cassandra shows. */
@NullMarked
package io.breakwater.storage.cassandra;

import org.jspecify.annotations.NullMarked;
