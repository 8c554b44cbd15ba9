package io.breakwater.common.secret;

import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;

/** What a device signs in with. */
public record Credentials(UserId user, DeviceId device, DeviceToken token) {}
