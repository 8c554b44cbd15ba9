/**
 * {@code ./breakwater chat}: a person, or a pipe, at the end of a {@link
 * io.breakwater.client.BreakwaterClient}.
 *
 * <p>The way in is {@link io.breakwater.cli.chat.ChatCommand}.
 */
@NullMarked
package io.breakwater.cli.chat;

import org.jspecify.annotations.NullMarked;
