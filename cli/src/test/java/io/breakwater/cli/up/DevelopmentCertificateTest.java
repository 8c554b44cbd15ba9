package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevelopmentCertificateTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void is_for_this_machine_and_is_made_once() throws Exception {
    try (DataDirectory data = DataDirectory.open(directory)) {
      DevelopmentCertificate.ensure(data, "127.0.0.9", List.of());

      try (InputStream in = Files.newInputStream(data.certificate())) {
        X509Certificate made =
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        assertThat(made.getSubjectAlternativeNames())
            .extracting(name -> String.valueOf(name.get(1)))
            .contains("localhost", "127.0.0.1", "127.0.0.9");
        assertThat(made.getPublicKey())
            .isInstanceOfSatisfying(
                ECPublicKey.class,
                key -> assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256));
      }
      assertThat(data.certificateKey()).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
      assertThat(Files.getPosixFilePermissions(data.certificateKey()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));

      String first = Files.readString(data.certificate());
      DevelopmentCertificate.ensure(data, "127.0.0.9", List.of());
      assertThat(data.certificate()).hasContent(first);
      assertThat(data.pids()).isDirectoryNotContaining("glob:**certificate*");
    }
  }
}
