/**
 * What a device persists. An application implements {@link io.breakwater.client.store.DeviceStore}
 * on its own database, or uses {@link io.breakwater.client.store.FileDeviceStore}.
 */
@NullMarked
package io.breakwater.client.store;

import org.jspecify.annotations.NullMarked;
