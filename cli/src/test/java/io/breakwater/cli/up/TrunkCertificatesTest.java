package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrunkCertificatesTest {
  @TempDir private Path directory = Path.of("");

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "delivery"})
  void each_server_has_a_certificate_of_its_role_by_one_authority(String role) throws Exception {
    try (DataDirectory data = DataDirectory.open(directory)) {
      TrunkCertificates.ensure(data);
      Path made = data.trunkCertificates();

      X509Certificate authority = read(made.resolve("ca.crt"));
      assertThat(authority.getBasicConstraints()).isNotNegative();
      X509Certificate own = read(made.resolve(role + ".crt"));
      own.verify(authority.getPublicKey());
      assertThat(own.getSubjectAlternativeNames())
          .filteredOn(name -> Objects.equals(name.get(0), 6))
          .extracting(name -> String.valueOf(name.get(1)))
          .containsExactly("breakwater://" + role);
      assertThat(own.getExtendedKeyUsage()).hasSize(2);
      assertThat(made.resolve(role + ".key")).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
      assertThat(Files.getPosixFilePermissions(made.resolve(role + ".key")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void they_are_made_once_and_the_authoritys_key_is_gone() throws Exception {
    try (DataDirectory data = DataDirectory.open(directory)) {
      TrunkCertificates.ensure(data);
      String first = Files.readString(data.trunkCertificates().resolve("ca.crt"));
      TrunkCertificates.ensure(data);

      assertThat(data.trunkCertificates().resolve("ca.crt")).hasContent(first);
      assertThat(data.trunkCertificates())
          .isDirectoryNotContaining("glob:**ca.key")
          .isDirectoryNotContaining("glob:**.p12");
      assertThat(data.pids())
          .isDirectoryNotContaining("glob:**certificate*")
          .isDirectoryNotContaining("glob:**trunk*");
    }
  }
}
