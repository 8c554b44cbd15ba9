package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.StartFailure;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrunkCertificatesTest {
  @TempDir private Path directory = Path.of("");

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static final List<Member> GATEWAYS = Member.all("gateway", 2);
  private static final List<Member> NODES = Member.all("delivery", 1);

  @ParameterizedTest
  @CsvSource({
    "gateway-1, gateway, 127.0.0.1",
    "gateway-2, gateway, 127.0.0.2",
    "delivery, delivery, 127.0.0.1"
  })
  void each_server_has_a_certificate_of_its_role_and_address_by_one_authority(
      String name, String role, String address) throws Exception {
    try (DataDirectory data = DataDirectory.open(directory)) {
      TrunkCertificates.ensure(data, GATEWAYS, NODES);
      Path made = data.trunkCertificates();

      X509Certificate authority = read(made.resolve("ca.crt"));
      assertThat(authority.getBasicConstraints()).isNotNegative();
      X509Certificate own = read(made.resolve(name + ".crt"));
      own.verify(authority.getPublicKey());
      assertThat(own.getSubjectAlternativeNames())
          .extracting(alternative -> String.valueOf(alternative.get(1)))
          .containsExactlyInAnyOrder("breakwater://" + role, "localhost", address);
      assertThat(own.getExtendedKeyUsage()).hasSize(2);
      assertThat(made.resolve(name + ".key")).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
      assertThat(Files.getPosixFilePermissions(made.resolve(name + ".key")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void they_are_made_once_and_the_authoritys_key_is_gone() throws Exception {
    try (DataDirectory data = DataDirectory.open(directory)) {
      TrunkCertificates.ensure(data, GATEWAYS, NODES);
      String first = Files.readString(data.trunkCertificates().resolve("ca.crt"));
      TrunkCertificates.ensure(data, GATEWAYS, NODES);

      assertThat(data.trunkCertificates().resolve("ca.crt")).hasContent(first);
      assertThat(data.trunkCertificates())
          .isDirectoryNotContaining("glob:**ca.key")
          .isDirectoryNotContaining("glob:**.p12");
      assertThat(data.pids())
          .isDirectoryNotContaining("glob:**certificate*")
          .isDirectoryNotContaining("glob:**trunk*");
    }
  }

  @Test
  void those_of_another_number_of_servers_are_refused_with_what_to_do() {
    try (DataDirectory data = DataDirectory.open(directory)) {
      TrunkCertificates.ensure(data, GATEWAYS, NODES);
      List<Member> more = Member.all("delivery", 3);
      assertThatThrownBy(() -> TrunkCertificates.ensure(data, GATEWAYS, more))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("delivery-1.crt")
          .hasMessageContaining("remove it");
    }
  }
}
