package io.breakwater.cli.chat;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.FileDeviceStore;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;

/**
 * What one device has on disk: {@code DATA/devices/NAME/DEVICE}. The secret that made the device is
 * written before it is used, so that an attempt that was cut off finishes the same device; the
 * credentials are written when they are known; {@code store/} is the client's.
 */
record DeviceFolder(Path path) {
  /** The device that signs up; others are linked to it. */
  static final String FIRST = "1";

  private static final String SECRET = "secret";
  private static final String CREDENTIALS = "credentials";
  private static final int SECRET_BYTES = 16;

  /** Whether a device can be called so. */
  static boolean isName(String device) {
    return device.matches("[A-Za-z0-9_-]{1,32}");
  }

  static DeviceFolder of(Path data, String name, String device) {
    return new DeviceFolder(data.resolve("devices").resolve(name).resolve(device));
  }

  /** The sign-up id or link id of this device, made at the first call. */
  byte[] secret() throws IOException {
    Path file = path.resolve(SECRET);
    if (!Files.exists(file)) {
      byte[] secret = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      write(file, HexFormat.of().formatHex(secret));
    }
    return HexFormat.of().parseHex(Files.readString(file).strip());
  }

  Optional<Credentials> credentials() throws IOException {
    Path file = path.resolve(CREDENTIALS);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties values = new Properties();
    values.load(new StringReader(Files.readString(file)));
    try {
      return Optional.of(
          new Credentials(
              UserId.of(bytes(values, "user")),
              Integer.parseUnsignedInt(values.getProperty("device", ""), 16),
              bytes(values, "token")));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + " is damaged (" + e.getMessage() + "): remove its directory to start anew", e);
    }
  }

  private static ByteString bytes(Properties values, String key) {
    return ByteString.copyFrom(HexFormat.of().parseHex(values.getProperty(key, "")));
  }

  void save(Credentials credentials) throws IOException {
    HexFormat hex = HexFormat.of();
    write(
        path.resolve(CREDENTIALS),
        "user=%s%ndevice=%x%ntoken=%s%n"
            .formatted(
                credentials.user(),
                credentials.device(),
                hex.formatHex(credentials.token().toByteArray())));
  }

  /** All or nothing, readable by the owner only. */
  private void write(Path file, String content) throws IOException {
    createPrivately(path);
    Path fresh = path.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(fresh, content.getBytes(StandardCharsets.US_ASCII));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What is below may hold messages and secrets. */
  static Path createPrivately(Path directory) throws IOException {
    return Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  FileDeviceStore openStore() throws IOException {
    createPrivately(path);
    return FileDeviceStore.open(path.resolve("store"), FileDeviceStore.Durability.POWER_LOSS);
  }
}
