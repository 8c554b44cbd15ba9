/**
 * Certificates in files, which may be replaced while the process runs.
 *
 * <p>The way in is {@link io.breakwater.common.certificate.CertificateWatch}.
 */
@NullMarked
package io.breakwater.common.certificate;

import org.jspecify.annotations.NullMarked;
