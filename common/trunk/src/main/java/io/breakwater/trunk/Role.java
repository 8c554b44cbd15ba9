package io.breakwater.trunk;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a process is to its peers. A certificate carries it as a URI among its subject alternative
 * names: {@code breakwater://gateway}.
 */
enum Role {
  GATEWAY,
  DELIVERY;

  private static final String SCHEME = "breakwater://";

  /** The type of a URI among subject alternative names (RFC 5280, 4.2.1.6). */
  private static final int URI = 6;

  /** What a certificate says of itself; empty if it names none. */
  static List<String> namedBy(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null) {
        return List.of();
      }
      return names.stream()
          .filter(name -> Objects.equals(name.get(0), URI))
          .map(name -> String.valueOf(name.get(1)))
          .filter(uri -> uri.startsWith(SCHEME))
          .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /** Whether the certificate carries this role, whatever others it carries. */
  boolean isCarriedBy(X509Certificate certificate) {
    return namedBy(certificate).contains(toString());
  }

  /** As it stands in a certificate. */
  @Override
  public String toString() {
    return SCHEME + name().toLowerCase(Locale.ROOT);
  }
}
