/**
 * Storage in Cassandra: sessions, schema, statements, and the translation of the driver's errors.
 *
 * <p>The way in is {@link io.breakwater.storage.cassandra.CassandraStorage}, configured by {@link
 * io.breakwater.storage.cassandra.CassandraConfig}; processes read that from {@link
 * io.breakwater.storage.cassandra.CassandraSettings}. Stages complete on a thread of the driver:
 * what is chained to them must not wait.
 */
@NullMarked
package io.breakwater.storage.cassandra;

import org.jspecify.annotations.NullMarked;
