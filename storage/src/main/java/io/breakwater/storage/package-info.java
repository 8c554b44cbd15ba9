/**
 * What is durable: ports, rows and outcomes. No Cassandra here and no network protocol; entries and
 * bodies are opaque bytes.
 *
 * <p>Every port is asynchronous and safe for any thread. A stage that fails does so with a {@link
 * io.breakwater.storage.StorageException} and nothing else. The way in is {@link
 * io.breakwater.storage.Storage}.
 */
@NullMarked
package io.breakwater.storage;

import org.jspecify.annotations.NullMarked;
