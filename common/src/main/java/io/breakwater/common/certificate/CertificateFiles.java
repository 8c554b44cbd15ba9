package io.breakwater.common.certificate;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a certificate is.
 *
 * @param certificate PEM, the process's own first, then the chain
 * @param key PEM, PKCS #8, not encrypted
 * @param authorities PEM, whose certificates peers may show; none where peers show none
 * @param pollMs between two looks at whether the files have changed
 */
public record CertificateFiles(
    Path certificate, Path key, Optional<Path> authorities, int pollMs) {}
