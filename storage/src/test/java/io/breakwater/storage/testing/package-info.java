/**
 * Storage without Cassandra for the tests of others, and the contract that both pass.
 *
 * <p>The ways in are {@link io.breakwater.storage.testing.InMemoryStorage} and {@link
 * io.breakwater.storage.testing.StorageContract}.
 */
@NullMarked
package io.breakwater.storage.testing;

import org.jspecify.annotations.NullMarked;
