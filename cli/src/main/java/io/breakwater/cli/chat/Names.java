package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.core.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which user has which name. A message carries the user only, so names come from what was looked up
 * here, now or earlier, and from the accounts that have a device in the same data directory.
 * Anybody else is shown as {@code ~} and the beginning of the user id, and can be answered under
 * that. Any thread.
 */
final class Names {
  private static final Pattern CONTACT = Pattern.compile("(\\S+) ([0-9a-f]{16})([0-9a-f]{16})");
  private static final int SHOWN_DIGITS = 8;

  private final Path contacts;
  private final Map<UserId, String> names = new ConcurrentHashMap<>();

  /**
   * @param folder of the device whose contacts these are
   */
  Names(Path data, DeviceFolder folder) throws IOException {
    contacts = folder.path().resolve("contacts");
    readContacts();
    readAccounts(data.resolve("devices"));
  }

  private void readContacts() throws IOException {
    if (Files.exists(contacts)) {
      for (String line : Files.readAllLines(contacts)) {
        Matcher contact = CONTACT.matcher(line);
        if (contact.matches()) {
          names.put(
              new UserId(
                  Long.parseUnsignedLong(contact.group(2), 16),
                  Long.parseUnsignedLong(contact.group(3), 16)),
              contact.group(1));
        }
      }
    }
  }

  private void readAccounts(Path devices) throws IOException {
    for (Path account : foldersIn(devices)) {
      for (Path device : foldersIn(account)) {
        new DeviceFolder(device)
            .credentials()
            .ifPresent(
                credentials ->
                    names.put(credentials.user(), devices.relativize(account).toString()));
      }
    }
  }

  private static List<Path> foldersIn(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(path)) {
      return folders.filter(Files::isDirectory).toList();
    }
  }

  String of(UserId user) {
    String name = names.get(user);
    if (name == null) {
      name = "~" + user.toString().substring(0, SHOWN_DIGITS);
      names.put(user, name);
    }
    return name;
  }

  /** The user behind a {@code ~} name that was shown. */
  Optional<UserId> unnamed(String shown) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(shown))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Asks the server. Throws what the client does. */
  UserId lookUp(BreakwaterClient client, String name) throws IOException {
    return found(name, Enrollment.await(client.lookUp(name)));
  }

  /** The same, but not for longer than this. */
  UserId lookUp(BreakwaterClient client, String name, Duration limit)
      throws IOException, TimeoutException {
    return found(name, Enrollment.await(client.lookUp(name), limit));
  }

  private UserId found(String name, UserId user) throws IOException {
    if (!name.equals(names.put(user, name))) {
      Files.writeString(
          contacts, name + ' ' + user + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return user;
  }
}
