/**
 * Virtual phones: thousands of devices on one event loop, cheap enough to leave the processor to
 * the servers. They speak the protocol themselves and keep nothing on disk.
 *
 * <p>{@link io.breakwater.loadtest.bench.phone.PhoneLoop} runs them; {@link
 * io.breakwater.loadtest.bench.phone.Phone} is one.
 */
@NullMarked
package io.breakwater.loadtest.bench.phone;

import org.jspecify.annotations.NullMarked;
