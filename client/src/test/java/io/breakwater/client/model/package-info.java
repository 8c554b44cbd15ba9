/**
 * A server small enough to be obviously right, for tests: on virtual time or behind a real socket.
 */
@NullMarked
package io.breakwater.client.model;

import org.jspecify.annotations.NullMarked;
