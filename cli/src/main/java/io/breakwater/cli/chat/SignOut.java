package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.RequestFailedException;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.store.DamagedStoreException;
import io.breakwater.client.store.DeviceStore;
import io.breakwater.client.store.MemoryDeviceStore;
import io.breakwater.proto.client.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Signs devices of an account out: their credentials are worthless from then on. If a device is
 * saved here, its files are set aside as {@code DATA/signed-out/NAME/DEVICE-NUMBER}, messages
 * included, so that the name of the device can be given to a new one.
 */
final class SignOut {
  private final Path data;
  private final String name;
  private final Notes notes;

  SignOut(Path data, String name, Notes notes) {
    this.data = data;
    this.name = name;
    this.notes = notes;
  }

  /**
   * Connects as a device that is saved here, and signs one out.
   *
   * @param through the device to connect as; if it is not saved here, the one to be signed out
   */
  void run(ClientConfig config, String through, String device) throws IOException {
    int number = number(device);
    String own = saved(through).isPresent() ? through : device;
    Credentials credentials =
        saved(own)
            .orElseThrow(
                () ->
                    new ChatFailure(
                        "%s has no device %s in %s: name one that is there with --device"
                            .formatted(name, through, folder(through).path().getParent())));
    try (DeviceStore store = store(own, credentials.device() == number);
        BreakwaterClient client =
            BreakwaterClient.open(
                config, credentials, new ManualHandover(store, () -> {}), new Quiet(notes))) {
      of(client, credentials.device(), device);
    }
  }

  /** A device whose store is damaged can do nothing any more but sign itself out. */
  private DeviceStore store(String own, boolean itself) throws IOException {
    try {
      return folder(own).openStore();
    } catch (DamagedStoreException e) {
      if (itself) {
        return new MemoryDeviceStore();
      }
      throw e;
    }
  }

  /**
   * Asks the server, through a device that is connected.
   *
   * @param own the number of that device
   * @return whether it was the device itself, which is not connected any more then
   */
  boolean of(BreakwaterClient client, int own, String device) throws IOException {
    int number = number(device);
    try {
      Enrollment.await(client.revoke(number));
    } catch (RequestFailedException e) {
      // The answer can be lost with the connection that the sign-out ends.
      if (e.reason() != Reason.UNAUTHENTICATED || number != own) {
        throw new ChatFailure(
            e.reason() == Reason.NOT_FOUND
                ? "%s has no device %x".formatted(name, number)
                : "device %x is not signed out: %s".formatted(number, e.getMessage()),
            e);
      }
    }
    setAside(device, number);
    return number == own;
  }

  /** Of the device that is saved here under this name, or else as notes show it: in hexadecimal. */
  private int number(String device) throws IOException {
    Optional<Credentials> saved = saved(device);
    if (saved.isPresent()) {
      return saved.get().device();
    }
    if (device.matches("[0-9a-f]{1,8}")) {
      return Integer.parseUnsignedInt(device, 16);
    }
    throw new ChatFailure(
        "%s has no device %s in %s (expected: one that is saved there, or a number as notes show it)"
            .formatted(name, device, data.resolve("devices").resolve(name)));
  }

  private void setAside(String device, int number) throws IOException {
    if (saved(device).isEmpty()) {
      notes.say("signed out device %x".formatted(number));
      return;
    }
    Path aside = DeviceFolder.createPrivately(data.resolve("signed-out").resolve(name));
    Path target = aside.resolve("%s-%x".formatted(device, number));
    Files.move(folder(device).path(), target, StandardCopyOption.ATOMIC_MOVE);
    notes.say("signed out device %s (%x); its files are in %s".formatted(device, number, target));
  }

  private Optional<Credentials> saved(String device) throws IOException {
    return DeviceFolder.isName(device) ? folder(device).credentials() : Optional.empty();
  }

  private DeviceFolder folder(String device) {
    return DeviceFolder.of(data, name, device);
  }
}
