package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.LinkedDevice;
import io.breakwater.client.Listener;
import io.breakwater.client.RequestFailedException;
import io.breakwater.client.SignUpAttempt;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.store.FileDeviceStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * How a device gets its credentials: saved, by signing up, or linked through another device of the
 * account.
 */
final class Enrollment {
  private final ClientConfig config;
  private final Path data;
  private final String name;
  private final Notes notes;

  Enrollment(ClientConfig config, Path data, String name, Notes notes) {
    this.config = config;
    this.data = data;
    this.name = name;
    this.notes = notes;
  }

  Credentials of(String device) throws IOException {
    DeviceFolder folder = DeviceFolder.of(data, name, device);
    Optional<Credentials> saved = folder.credentials();
    if (saved.isPresent()) {
      return saved.get();
    }
    Credentials made = device.equals(DeviceFolder.FIRST) ? signUp(folder) : link(folder);
    folder.save(made);
    return made;
  }

  private Credentials signUp(DeviceFolder folder) throws IOException {
    try (SignUpAttempt attempt =
        BreakwaterClient.signUp(config, folder.secret(), name, notes::event)) {
      Credentials credentials = await(attempt.credentials());
      notes.say("signed up as " + name);
      return credentials;
    } catch (RequestFailedException e) {
      throw new ChatFailure(
          switch (e.reason()) {
            case HANDLE_TAKEN ->
                "the name %s belongs to somebody else: choose another, or give the --data of its device"
                    .formatted(name);
            case HANDLE_MALFORMED ->
                "name: %s (expected: 3 to 32 characters of a-z, 0-9, '_' and '.', beginning with a letter)"
                    .formatted(name);
            default -> "cannot sign up as %s: %s".formatted(name, e.getMessage());
          },
          e);
    }
  }

  private Credentials link(DeviceFolder folder) throws IOException {
    DeviceFolder other = enrolled();
    Credentials credentials = other.credentials().orElseThrow();
    try (FileDeviceStore store = other.openStore();
        BreakwaterClient client =
            BreakwaterClient.open(
                config, credentials, new ManualHandover(store, () -> {}), new Quiet(notes))) {
      LinkedDevice linked = await(client.link(folder.secret()));
      startAt(folder, linked.start());
      notes.say("linked a device to " + name);
      return linked.credentials();
    } catch (RequestFailedException e) {
      throw new ChatFailure("cannot link a device to %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static void startAt(DeviceFolder folder, Position start) throws IOException {
    try (FileDeviceStore store = folder.openStore()) {
      store.write(Changes.startingAt(start));
    }
  }

  /** A device of this account that is here and has credentials. */
  private DeviceFolder enrolled() throws IOException {
    Path devices = data.resolve("devices").resolve(name);
    if (Files.isDirectory(devices)) {
      try (Stream<Path> folders = Files.list(devices)) {
        for (Path path : folders.sorted().toList()) {
          DeviceFolder folder = new DeviceFolder(path);
          if (folder.credentials().isPresent()) {
            return folder;
          }
        }
      }
    }
    throw new ChatFailure(
        "%s has no device in %s to link another to: run ./breakwater chat %s first"
            .formatted(name, devices, name));
  }

  /** The value of a stage; its failure is thrown as it is if it is one of the client's. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Takes no messages: they stay in the store. */
  record Quiet(Notes notes) implements Listener {
    @Override
    public void onMessage(ReceivedMessage message) {}

    @Override
    public void onEvent(Event event) {
      notes.event(event);
    }
  }
}
