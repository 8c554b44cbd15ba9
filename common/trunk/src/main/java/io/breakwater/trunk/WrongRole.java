package io.breakwater.trunk;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A certificate of an authority that is trusted, shown by a process of another role. */
final class WrongRole extends CertificateException {
  private static final long serialVersionUID = 1;

  WrongRole(X509Certificate shown, Set<Role> expected) {
    super(
        "role: "
            + found(Role.namedBy(shown))
            + " (expected: "
            + expected.stream().sorted().map(Role::toString).collect(Collectors.joining(" or "))
            + "), certificate of "
            + shown.getSubjectX500Principal());
  }

  private static String found(List<String> roles) {
    return roles.isEmpty() ? "none" : String.join(" and ", roles);
  }
}
