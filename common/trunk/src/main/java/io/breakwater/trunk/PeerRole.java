package io.breakwater.trunk;

import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;

/** Refuses peers of another role; asked once their chain is trusted. */
record PeerRole(Set<Role> expected) implements SslSocketAndEnginePeerVerifier {
  @Override
  public void verifyPeerCertificate(X509Certificate[] chain, String authType, Socket socket)
      throws WrongRole {
    check(chain[0]);
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] chain, String authType, SSLEngine engine)
      throws WrongRole {
    check(chain[0]);
  }

  private void check(X509Certificate shown) throws WrongRole {
    if (expected.stream().noneMatch(role -> role.isCarriedBy(shown))) {
      throw new WrongRole(shown, expected);
    }
  }
}
