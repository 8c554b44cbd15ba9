package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.LinkedDevice;
import io.breakwater.client.RequestFailedException;
import io.breakwater.client.SignUpAttempt;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Position;
import io.breakwater.client.store.FileDeviceStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * How a device gets its credentials: saved, by signing up, or linked through another device of the
 * account.
 */
final class Enrollment {
  private final ClientConfig config;
  private final Path data;
  private final String name;
  private final Duration patience;
  private final Notes notes;

  /**
   * @param patience how long to try to sign up while nobody is there to connect to
   */
  Enrollment(ClientConfig config, Path data, String name, Duration patience, Notes notes) {
    this.config = config;
    this.data = data;
    this.name = name;
    this.patience = patience;
    this.notes = notes;
  }

  Credentials of(String device) throws IOException {
    DeviceFolder folder = DeviceFolder.of(data, name, device);
    Optional<Credentials> saved = folder.credentials();
    if (saved.isPresent()) {
      return saved.get();
    }
    Optional<DeviceFolder> other = enrolled();
    Credentials made =
        device.equals(DeviceFolder.FIRST) && other.isEmpty()
            ? signUp(folder)
            : link(folder, other.orElseThrow(this::nothingToLinkTo));
    folder.save(made);
    return made;
  }

  private Credentials signUp(DeviceFolder folder) throws IOException {
    AtomicBoolean nobodyThere = new AtomicBoolean();
    try (SignUpAttempt attempt =
        BreakwaterClient.signUp(
            config,
            folder.secret(),
            name,
            event -> {
              nobodyThere.set(Notes.isNobodyThere(event));
              notes.event(event);
            })) {
      Credentials credentials = awaitSignedUp(attempt, nobodyThere);
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

  /** A server that is there may take its time; one that is not is not waited for. */
  private Credentials awaitSignedUp(SignUpAttempt attempt, AtomicBoolean nobodyThere) {
    try {
      return await(attempt.credentials(), patience);
    } catch (TimeoutException e) {
      if (nobodyThere.get()) {
        throw new ChatFailure(notes.noConnectionWithin(patience), e);
      }
      return await(attempt.credentials());
    }
  }

  private Credentials link(DeviceFolder folder, DeviceFolder other) throws IOException {
    Credentials credentials = other.credentials().orElseThrow();
    Linking listener = new Linking(notes);
    LinkedDevice linked;
    try (FileDeviceStore store = other.openStore();
        BreakwaterClient client =
            BreakwaterClient.open(
                config, credentials, new ManualHandover(store, () -> {}), listener)) {
      linked = await(client.link(folder.secret()));
      startAt(folder, linked.start());
    } catch (RequestFailedException e) {
      throw new ChatFailure("cannot link a device to %s: %s".formatted(name, e.getMessage()), e);
    }
    notes.say("linked device %x to %s".formatted(linked.credentials().device(), name));
    listener.sayOthersThan(linked.credentials().device());
    return linked.credentials();
  }

  private static void startAt(DeviceFolder folder, Position start) throws IOException {
    try (FileDeviceStore store = folder.openStore()) {
      store.write(Changes.startingAt(start));
    }
  }

  /** A device of this account that is here and has credentials. */
  private Optional<DeviceFolder> enrolled() throws IOException {
    Path devices = devices();
    if (Files.isDirectory(devices)) {
      try (Stream<Path> folders = Files.list(devices)) {
        for (Path path : folders.sorted().toList()) {
          DeviceFolder folder = new DeviceFolder(path);
          if (folder.credentials().isPresent()) {
            return Optional.of(folder);
          }
        }
      }
    }
    return Optional.empty();
  }

  private Path devices() {
    return data.resolve("devices").resolve(name);
  }

  private ChatFailure nothingToLinkTo() {
    return new ChatFailure(
        "%s has no device in %s to link another to: run ./breakwater chat %s first"
            .formatted(name, devices(), name));
  }

  /** The value of a stage; its failure is thrown as it is if it is one of the client's. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  /** The same, but not for longer than this. */
  static <T> T await(CompletionStage<T> stage, Duration limit) throws TimeoutException {
    try {
      return stage
          .toCompletableFuture()
          .copy()
          .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException timeout) {
        throw timeout;
      }
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(CompletionException failure) {
    return failure.getCause() instanceof RuntimeException cause ? cause : failure;
  }
}
