package io.breakwater.storage.cassandra;

import io.breakwater.common.id.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One numbered step of the schema. Each of its statements may be repeated, since a node may stop
 * half way.
 *
 * @param statements with placeholders {@code ${name}}
 */
record Migration(int version, String name, List<String> statements) {
  /** In the order in which they are applied. A released one is never changed. */
  private static final List<String> FILES = List.of("V001__first_light.cql");

  static List<Migration> all() {
    return FILES.stream().map(Migration::read).toList();
  }

  private static Migration read(String file) {
    try (InputStream stream = Migration.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new AssertionError("resource missing: " + file);
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new Migration(Integer.parseInt(file.substring(1, 4)), file, statements(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> statements(String text) {
    String withoutComments =
        text.lines()
            .filter(line -> !line.stripLeading().startsWith("--"))
            .collect(Collectors.joining("\n"));
    return Arrays.stream(withoutComments.split(";", -1))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  /** The statements with every placeholder replaced. */
  List<String> statements(Map<String, Long> values) {
    return statements.stream().map(statement -> filled(statement, values)).toList();
  }

  private String filled(String statement, Map<String, Long> values) {
    String filled = statement;
    for (Map.Entry<String, Long> value : values.entrySet()) {
      filled = filled.replace("${" + value.getKey() + '}', Long.toString(value.getValue()));
    }
    if (filled.contains("${")) {
      throw new AssertionError("placeholder without a value in " + name + ": " + filled);
    }
    return filled;
  }

  /** Tells whether a migration was changed after it was applied; comments do not count. */
  String checksum() {
    byte[] text = String.join(";", statements).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Hashes.sha256().digest(text));
  }
}
