package io.breakwater.client;

import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Position;

/**
 * What a new device of an account needs.
 *
 * @param start where its mailbox begins: the cursor to be written into its empty store
 */
public record LinkedDevice(Credentials credentials, Position start) {}
