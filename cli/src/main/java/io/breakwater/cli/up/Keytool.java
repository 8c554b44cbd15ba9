package io.breakwater.cli.up;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The JDK's {@code keytool} on a key store that lives as long as this: for a moment, readable by
 * its owner alone, so that its password guards nothing.
 */
final class Keytool implements AutoCloseable {
  private static final String PASSWORD = "breakwater";

  private final Path directory;
  private final Path store;

  /**
   * @param parent where the store is kept meanwhile
   */
  Keytool(Path parent) throws IOException {
    directory = Files.createTempDirectory(parent, "certificate").toAbsolutePath();
    store = directory.resolve("store.p12");
  }

  /**
   * Makes an ECDSA P-256 key and its certificate.
   *
   * @param arguments further ones of {@code keytool -genkeypair}
   */
  void generate(String alias, String name, int days, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-validity",
                Integer.toString(days),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(arguments));
    run(command);
  }

  private void run(List<String> command) throws IOException {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
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

  /** Writes the key, readable by its owner alone: PEM, PKCS #8. */
  void exportKey(String alias, Path to) throws IOException, GeneralSecurityException {
    Key key = open().getKey(alias, PASSWORD.toCharArray());
    Files.deleteIfExists(to);
    Files.createFile(
        to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(to, pem("PRIVATE KEY", key.getEncoded()));
  }

  /** Writes the certificate alone, without those above it: PEM. */
  void exportCertificate(String alias, Path to) throws IOException, GeneralSecurityException {
    Files.writeString(to, pem("CERTIFICATE", open().getCertificate(alias).getEncoded()));
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    KeyStore opened = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      opened.load(in, PASSWORD.toCharArray());
    }
    return opened;
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

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(store);
    Files.delete(directory);
  }
}
