/**
 * Recovery is resubmission: what an earlier incarnation left unsettled is read from its journal and
 * handed to the homes that its users have now.
 *
 * <p>Pure: {@link io.breakwater.delivery.recovery.JournalRun} says which blocks count, {@link
 * io.breakwater.delivery.recovery.Estate} what is in them and for whom. The shell reads and hands
 * over.
 */
@NullMarked
package io.breakwater.delivery.recovery;

import org.jspecify.annotations.NullMarked;
