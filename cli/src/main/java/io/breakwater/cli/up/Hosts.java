package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where servers run that are not at 127.0.0.1, 127.0.0.2 and so on, by name: a file with a line for
 * each, {@code NAME ADDRESS [COMMAND...]}, blank lines, and comments that begin with {@code #}.
 */
record Hosts(Map<String, Host> byName) {
  /**
   * Of one server.
   *
   * @param address at which it listens, and which it tells the others
   * @param command put in front of its own; ends with exec, so that the pid is the server's. Empty
   *     if it is started here
   */
  record Host(InetAddress address, List<String> command) {
    /** Copies the list. */
    Host {
      command = List.copyOf(command);
    }
  }

  private static final Hosts NONE = new Hosts(Map.of());
  private static final Pattern NAME = Pattern.compile("(gateway|delivery|cassandra)(-[1-9])?");

  /** Copies the map. */
  Hosts {
    byName = Map.copyOf(byName);
  }

  /** All at their usual addresses. */
  static Hosts none() {
    return NONE;
  }

  Optional<Host> of(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The first, by name, that is none of these servers. */
  Optional<String> stranger(Set<String> servers) {
    return new TreeSet<>(byName.keySet())
        .stream().filter(name -> !servers.contains(name)).findFirst();
  }

  /**
   * Reads the lines.
   *
   * @throws IllegalArgumentException with number and value of the first bad line, and what was
   *     expected
   */
  static Hosts parse(List<String> lines) {
    Map<String, Host> byName = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int number = i + 1;
      List<String> words = Arrays.asList(line.split("\\s+"));
      String name = words.getFirst();
      if (!NAME.matcher(name).matches()) {
        throw bad(number, name, "gateway, delivery or cassandra, with -1 to -9 if there are more");
      }
      if (words.size() == 1) {
        throw bad(number, line, "NAME ADDRESS [COMMAND...]");
      }
      InetAddress address = address(number, words.get(1));
      if (byName.containsKey(name)) {
        throw bad(number, name, "one line for each server");
      }
      byName.put(name, new Host(address, words.subList(2, words.size())));
    }
    return new Hosts(byName);
  }

  /** IPv4 alone: addresses are written with ports after a colon everywhere. */
  private static InetAddress address(int line, String text) {
    try {
      return Inet4Address.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw bad(line, text, "an IPv4 address");
    }
  }

  private static IllegalArgumentException bad(int line, String value, String expected) {
    return new IllegalArgumentException(
        "line %d: '%s' (expected: %s)".formatted(line, value, expected));
  }

  /** Reads the file that the option names. */
  static final class Reader implements ITypeConverter<Hosts> {
    @Override
    public Hosts convert(String file) {
      try {
        return parse(Files.readAllLines(Path.of(file)));
      } catch (IOException e) {
        throw new StartFailure("cannot read the --hosts file %s (%s)".formatted(file, e), e);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(file + ", " + e.getMessage());
      }
    }
  }
}
