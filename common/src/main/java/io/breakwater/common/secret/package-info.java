/**
 * What the cluster secret is used for: user ids and device tokens that prove themselves without a
 * database.
 *
 * <p>The way in is {@link io.breakwater.common.secret.CredentialMint}.
 */
@NullMarked
package io.breakwater.common.secret;

import org.jspecify.annotations.NullMarked;
