/**
 * Identifiers and the arithmetic on them: pure, immutable, ordered as unsigned bytes.
 *
 * <p>Start with {@link io.breakwater.common.id.UserId} and {@link
 * io.breakwater.common.id.MessageId}.
 */
@NullMarked
package io.breakwater.common.id;

import org.jspecify.annotations.NullMarked;
