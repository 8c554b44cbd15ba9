/**
 * Who is a member, and who is the home of which shard: pure. Somebody else suspects, and the view
 * row in storage decides; what is here says what to propose, whom to recover, and what a view means
 * for this node.
 *
 * <p>The way in is {@link io.breakwater.delivery.membership.Membership}.
 */
@NullMarked
package io.breakwater.delivery.membership;

import org.jspecify.annotations.NullMarked;
