/**
 * Credits: how much of each priority class a node takes, decided by how long what it has taken
 * waited.
 *
 * <p>Pure, and deterministic: time is an argument. Threads count in {@link
 * io.breakwater.delivery.credit.Tally} and {@link io.breakwater.delivery.credit.Account}; {@link
 * io.breakwater.delivery.credit.CreditController} reads them, steers, and says what each trunk is
 * granted. {@link io.breakwater.delivery.credit.Turns} is where conditional writes of sign-ups
 * wait. The shell is {@code io.breakwater.delivery.node.Grantor}.
 */
@NullMarked
package io.breakwater.delivery.credit;

import org.jspecify.annotations.NullMarked;
