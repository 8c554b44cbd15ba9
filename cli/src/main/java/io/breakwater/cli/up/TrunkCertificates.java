package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/**
 * What the servers show each other with {@code --trunk-tls}: an authority, and a certificate for
 * each, with its role and its address. The authority's key is gone once they are made, so that
 * nobody can make more.
 */
final class TrunkCertificates {
  private static final String AUTHORITY = "ca";
  private static final String GATEWAY = "gateway";
  private static final String DELIVERY = "delivery";
  private static final int DAYS = 3650;

  private final Path directory;

  private TrunkCertificates(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes them, unless they are there.
   *
   * @throws StartFailure if they cannot be made, or were made for other servers
   */
  static TrunkCertificates ensure(
      DataDirectory data, List<Member> gateways, List<Member> deliveryNodes) {
    TrunkCertificates certificates = new TrunkCertificates(data.trunkCertificates());
    if (Files.exists(certificates.directory)) {
      certificates.require(gateways);
      certificates.require(deliveryNodes);
    } else {
      try {
        certificates.make(data.pids(), gateways, deliveryNodes);
      } catch (IOException | GeneralSecurityException e) {
        throw new StartFailure(
            "cannot make certificates for --trunk-tls in %s (%s): check its owner and that the disk is not full"
                .formatted(certificates.directory, e.getMessage()),
            e);
      }
    }
    return certificates;
  }

  private void require(List<Member> members) {
    for (Member member : members) {
      Path certificate = certificate(directory, member.name());
      if (!Files.exists(certificate)) {
        throw new StartFailure(
            "no %s: %s was made for another number of servers; remove it, and it is made anew"
                .formatted(certificate, directory));
      }
    }
  }

  /** Under another name first, so that all are there or none. */
  private void make(Path scratch, List<Member> gateways, List<Member> deliveryNodes)
      throws IOException, GeneralSecurityException {
    Path draft = Files.createTempDirectory(scratch, "trunk").toAbsolutePath();
    try (Keytool keytool = new Keytool(scratch)) {
      keytool.generate(
          AUTHORITY,
          "Breakwater development authority",
          DAYS,
          "-ext",
          "BasicConstraints:critical=ca:true",
          "-ext",
          "KeyUsage:critical=keyCertSign");
      keytool.exportCertificate(AUTHORITY, certificate(draft, AUTHORITY));
      for (Member gateway : gateways) {
        issue(keytool, draft, GATEWAY, gateway);
      }
      for (Member node : deliveryNodes) {
        issue(keytool, draft, DELIVERY, node);
      }
    }
    Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void issue(Keytool keytool, Path draft, String role, Member member)
      throws IOException, GeneralSecurityException {
    String name = member.name();
    keytool.generate(
        name,
        "Breakwater development " + name,
        DAYS,
        "-signer",
        AUTHORITY,
        "-ext",
        "SAN=URI:breakwater://" + role + ",DNS:localhost,IP:" + member.address().getHostAddress(),
        "-ext",
        "ExtendedKeyUsage=serverAuth,clientAuth");
    keytool.exportKey(name, key(draft, name));
    keytool.exportCertificate(name, certificate(draft, name));
  }

  private static Path certificate(Path in, String name) {
    return in.resolve(name + ".crt");
  }

  private static Path key(Path in, String name) {
    return in.resolve(name + ".key");
  }

  /** The settings of a gateway. */
  Map<String, String> gateway(Member gateway) {
    return settings("BREAKWATER_GATEWAY_TRUNK_TLS_", gateway);
  }

  /** The settings of a delivery node. */
  Map<String, String> delivery(Member node) {
    return settings("BREAKWATER_DELIVERY_TRUNK_TLS_", node);
  }

  private Map<String, String> settings(String prefix, Member member) {
    return Map.of(
        prefix + "CERTIFICATE", certificate(directory, member.name()).toString(),
        prefix + "KEY", key(directory, member.name()).toString(),
        prefix + "CA", certificate(directory, AUTHORITY).toString());
  }
}
