package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * With what a server was started, so that further ones of its kind can be.
 *
 * @param words program and arguments
 * @param environment all of it
 */
public record StartCommand(Part part, List<String> words, Map<String, String> environment) {
  private static final String ARCHIVE = "-XX:SharedArchiveFile=";

  /** What {@code up} lets a server do that has no archive yet. */
  private static final String LIST = "-XX:DumpLoadedClassList=";

  /** Copies the collections. */
  public StartCommand {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /**
   * That of a process. Linux.
   *
   * @throws TrialFailure if it is gone
   */
  static StartCommand of(Part part, long pid) {
    try {
      return parse(part, read(pid, "cmdline"), read(pid, "environ"));
    } catch (IOException e) {
      throw new TrialFailure(
          "%s: how process %d was started cannot be read: %s".formatted(part, pid, e), e);
    }
  }

  private static String read(long pid, String what) throws IOException {
    return Files.readString(Path.of("/proc/" + pid, what), StandardCharsets.ISO_8859_1);
  }

  /** Pure; both as in {@code /proc}. */
  static StartCommand parse(Part part, String cmdline, String environ) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : environ.split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    List<String> words = Arrays.asList(cmdline.split("\0", -1));
    return new StartCommand(part, words.subList(0, words.size() - 1), environment);
  }

  /** Whether it maps an archive of its classes. */
  public boolean hasClassArchive() {
    return words.stream().anyMatch(word -> word.startsWith(ARCHIVE));
  }

  /** Whether it lists its classes, so that {@code up} can make an archive. */
  public boolean listsClasses() {
    return words.stream().anyMatch(word -> word.startsWith(LIST));
  }

  /** The same without archive, and without making one. */
  public StartCommand withoutClassArchive() {
    return new StartCommand(
        part,
        words.stream().filter(word -> !word.startsWith(ARCHIVE) && !word.startsWith(LIST)).toList(),
        environment);
  }

  /** The same at another address of this machine, all ports as they are. */
  public StartCommand at(InetAddress address) {
    Map<String, String> moved = new HashMap<>(environment);
    listeners()
        .forEach(
            name ->
                moved.computeIfPresent(
                    name,
                    (_, listener) -> {
                      int colon = listener.lastIndexOf(':');
                      return address.getHostAddress() + listener.substring(colon);
                    }));
    return new StartCommand(part, words, moved);
  }

  /** Where clients connect; of a delivery node: gateways. */
  public InetSocketAddress serves() {
    return address(variable("LISTEN"));
  }

  /** Where its admin port is. */
  InetSocketAddress admin() {
    return address(variable("ADMIN"));
  }

  private Stream<String> listeners() {
    return Stream.of("LISTEN", "LISTEN_TLS", "ADMIN").map(this::variable);
  }

  private String variable(String setting) {
    return "BREAKWATER_%s_%s".formatted(part.name().toUpperCase(Locale.ROOT), setting);
  }

  private InetSocketAddress address(String name) {
    String text = environment.getOrDefault(name, "");
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          InetAddress.ofLiteral(text.substring(0, Math.max(0, colon))),
          Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new TrialFailure("%s: '%s' (expected: ADDRESS:PORT)".formatted(name, text), e);
    }
  }
}
