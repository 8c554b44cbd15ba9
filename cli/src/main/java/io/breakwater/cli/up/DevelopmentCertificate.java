package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A self-signed certificate for trying TLS on one machine, made by the JDK's {@code keytool}. Kept
 * in the data directory, so that clients on the machine can trust it; whoever wants another puts
 * another there.
 */
final class DevelopmentCertificate {
  private static final String ALIAS = "breakwater";
  private static final int DAYS = 365;

  private DevelopmentCertificate() {}

  /**
   * Makes it, unless it is there.
   *
   * @param address where a gateway listens; the certificate is for it, for {@code localhost}, and
   *     for every loopback address that a gateway may be given
   * @param gateways for their addresses, too
   * @throws StartFailure if it cannot be made
   */
  static void ensure(DataDirectory data, String address, List<Member> gateways) {
    if (Files.exists(data.certificate()) && Files.exists(data.certificateKey())) {
      return;
    }
    try (Keytool keytool = new Keytool(data.pids())) {
      keytool.generate(
          ALIAS,
          "Breakwater development",
          DAYS,
          "-ext",
          "SAN=DNS:localhost," + addresses(gateways) + ",IP:" + address);
      keytool.exportKey(ALIAS, data.certificateKey());
      keytool.exportCertificate(ALIAS, data.certificate());
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailure(
          "cannot make a certificate for --tls (%s): put tls.crt and tls.key into %s"
              .formatted(e.getMessage(), data.certificate().getParent()),
          e);
    }
  }

  private static String addresses(List<Member> gateways) {
    return Stream.concat(Member.all("gateway", UpOptions.MAX_SERVERS).stream(), gateways.stream())
        .map(gateway -> "IP:" + gateway.address().getHostAddress())
        .distinct()
        .collect(Collectors.joining(","));
  }
}
