package io.breakwater.gateway.tls;

import java.nio.file.Path;

/**
 * Where the certificate is.
 *
 * @param certificate PEM, the server's first, then the chain
 * @param key PEM, PKCS #8, not encrypted
 * @param pollMs between two looks at whether the files have changed
 */
public record TlsSettings(Path certificate, Path key, int pollMs) {}
