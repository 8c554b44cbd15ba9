package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.Map;

/**
 * What the two servers show each other with {@code --trunk-tls}: an authority, and a certificate
 * for each role. The authority's key is gone once they are made, so that nobody can make more.
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
   * @throws StartFailure if they cannot be made
   */
  static TrunkCertificates ensure(DataDirectory data) {
    TrunkCertificates certificates = new TrunkCertificates(data.trunkCertificates());
    if (!Files.exists(certificates.directory)) {
      try {
        certificates.make(data.pids());
      } catch (IOException | GeneralSecurityException e) {
        throw new StartFailure(
            "cannot make certificates for --trunk-tls in %s (%s): check its owner and that the disk is not full"
                .formatted(certificates.directory, e.getMessage()),
            e);
      }
    }
    return certificates;
  }

  /** Under another name first, so that all are there or none. */
  private void make(Path scratch) throws IOException, GeneralSecurityException {
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
      issue(keytool, draft, GATEWAY);
      issue(keytool, draft, DELIVERY);
    }
    Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void issue(Keytool keytool, Path draft, String role)
      throws IOException, GeneralSecurityException {
    keytool.generate(
        role,
        "Breakwater development " + role,
        DAYS,
        "-signer",
        AUTHORITY,
        "-ext",
        "SAN=URI:breakwater://" + role + ",DNS:localhost,IP:127.0.0.1",
        "-ext",
        "ExtendedKeyUsage=serverAuth,clientAuth");
    keytool.exportKey(role, key(draft, role));
    keytool.exportCertificate(role, certificate(draft, role));
  }

  private static Path certificate(Path in, String name) {
    return in.resolve(name + ".crt");
  }

  private static Path key(Path in, String name) {
    return in.resolve(name + ".key");
  }

  /** The settings of a gateway. */
  Map<String, String> gateway() {
    return settings("BREAKWATER_GATEWAY_TRUNK_TLS_", GATEWAY);
  }

  /** The settings of a delivery node. */
  Map<String, String> delivery() {
    return settings("BREAKWATER_DELIVERY_TRUNK_TLS_", DELIVERY);
  }

  private Map<String, String> settings(String prefix, String role) {
    return Map.of(
        prefix + "CERTIFICATE", certificate(directory, role).toString(),
        prefix + "KEY", key(directory, role).toString(),
        prefix + "CA", certificate(directory, AUTHORITY).toString());
  }
}
