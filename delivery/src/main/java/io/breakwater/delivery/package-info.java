/**
 * A delivery node: homes of users, their mailboxes and journals.
 *
 * <p>{@link io.breakwater.delivery.DeliveryMain} starts the process, {@link
 * io.breakwater.delivery.DeliveryServer} is its parts list.
 */
@NullMarked
package io.breakwater.delivery;

import org.jspecify.annotations.NullMarked;
