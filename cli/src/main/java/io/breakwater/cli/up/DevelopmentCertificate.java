package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A self-signed certificate for trying TLS on one machine, made by the JDK's {@code keytool}. Kept
 * in the data directory, so that clients on the machine can trust it; whoever wants another puts
 * another there.
 */
final class DevelopmentCertificate {
  private static final String ALIAS = "breakwater";

  /** The key store lives for a moment, readable by its owner alone: its password guards nothing. */
  private static final String PASSWORD = "breakwater";

  private DevelopmentCertificate() {}

  /**
   * Makes it, unless it is there.
   *
   * @param address where the gateway listens; the certificate is for it and for {@code localhost}
   * @throws StartFailure if it cannot be made
   */
  static void ensure(DataDirectory data, String address) {
    if (Files.exists(data.certificate()) && Files.exists(data.certificateKey())) {
      return;
    }
    try {
      Path directory = Files.createTempDirectory(data.pids(), "certificate").toAbsolutePath();
      Path store = directory.resolve("store.p12");
      try {
        keytool(store, address);
        export(store, data);
      } finally {
        Files.deleteIfExists(store);
        Files.delete(directory);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailure(
          "cannot make a certificate for --tls (%s): put tls.crt and tls.key into %s"
              .formatted(e.getMessage(), data.certificate().getParent()),
          e);
    }
  }

  private static void keytool(Path store, String address) throws IOException {
    Path output = store.resolveSibling("output");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=Breakwater development",
                    "-ext",
                    "SAN=DNS:localhost,IP:127.0.0.1,IP:" + address,
                    "-validity",
                    "365",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException("keytool: " + Files.readString(output).strip());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static void export(Path file, DataDirectory data)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    Key key = store.getKey(ALIAS, PASSWORD.toCharArray());
    Files.deleteIfExists(data.certificateKey());
    Files.createFile(
        data.certificateKey(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(data.certificateKey(), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(
        data.certificate(), pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()));
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
