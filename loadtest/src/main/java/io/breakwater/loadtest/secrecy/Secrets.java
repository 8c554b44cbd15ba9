package io.breakwater.loadtest.secrecy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Secrets, and all the ways in which a program might write them down: as they are, in hexadecimal,
 * base64, as Java prints a byte array, and as Protocol Buffers escape them. Confined to one thread.
 *
 * <p>Binary secrets are looked for by 16 bytes from their middle, since libraries cut what they
 * dump, and base64 by what does not depend on where it begins.
 */
public final class Secrets {
  private static final int CORE_BYTES = 16;

  /** What is looked for, and whose it is. */
  private final Map<String, String> forms = new LinkedHashMap<>();

  /** Something that is text: a payload, a handle. */
  public Secrets text(String name, String text) {
    forms.putIfAbsent(text, name + " as text");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    encodings(name, bytes);
    return this;
  }

  /**
   * Random bytes: a token, an id that a token is derived from.
   *
   * @throws IllegalArgumentException if they are fewer than 16: they would be found by chance
   */
  public Secrets bytes(String name, byte[] secret) {
    if (secret.length < CORE_BYTES) {
      throw new IllegalArgumentException(
          name + ": " + secret.length + " bytes (expected: at least " + CORE_BYTES + ')');
    }
    int from = (secret.length - CORE_BYTES) / 2;
    encodings(name, Arrays.copyOfRange(secret, from, from + CORE_BYTES));
    return this;
  }

  /**
   * The private key in a PEM file: its lines, and the number that is the secret, which Java prints
   * in decimals.
   */
  public Secrets privateKey(String name, Path pem) throws IOException {
    PrivateKeyFile key = new PrivateKeyFile(pem);
    key.lines().forEach(line -> text(name, line));
    forms.putIfAbsent(key.number().toString(), name + " in decimals");
    return bytes(name, key.number().toByteArray());
  }

  private void encodings(String name, byte[] core) {
    HexFormat hex = HexFormat.of();
    forms.putIfAbsent(hex.formatHex(core), name + " in hexadecimal");
    forms.putIfAbsent(hex.withUpperCase().formatHex(core), name + " in hexadecimal");
    forms.putIfAbsent(hex.withDelimiter(" ").formatHex(core), name + " in a hex dump");
    forms.putIfAbsent(hex.withDelimiter(":").formatHex(core), name + " in hexadecimal with colons");
    String array = Arrays.toString(core);
    forms.putIfAbsent(array.substring(1, array.length() - 1), name + " as a Java array");
    forms.putIfAbsent(escaped(core), name + " as Protocol Buffers print it");
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = new byte[offset + core.length];
      System.arraycopy(core, 0, shifted, offset, core.length);
      // The first and the last characters depend on the neighbours.
      String standard = inner(Base64.getEncoder().encodeToString(shifted));
      forms.putIfAbsent(standard, name + " in base64");
      forms.putIfAbsent(standard.replace('+', '-').replace('/', '_'), name + " in base64 for URLs");
    }
  }

  private static String inner(String base64) {
    String digits = base64.replace("=", "");
    return digits.substring(4, digits.length() - 2);
  }

  /** As {@code TextFormat.escapeBytes} does. */
  private static String escaped(byte[] bytes) {
    StringBuilder escaped = new StringBuilder();
    for (byte each : bytes) {
      switch (each) {
        case 0x07 -> escaped.append("\\a");
        case '\b' -> escaped.append("\\b");
        case '\f' -> escaped.append("\\f");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        case 0x0b -> escaped.append("\\v");
        case '\\' -> escaped.append("\\\\");
        case '\'' -> escaped.append("\\'");
        case '"' -> escaped.append("\\\"");
        default -> {
          if (each >= 0x20 && each < 0x7f) {
            escaped.append((char) each);
          } else {
            escaped.append("\\%03o".formatted(each & 0xff));
          }
        }
      }
    }
    return escaped.toString();
  }

  /** How many secrets in how many forms. */
  public int forms() {
    return forms.size();
  }

  /** Where a secret was found: file and line, and in which form; not the secret itself. */
  public record Leak(String where, int line, String what) {
    @Override
    public String toString() {
      return where + ':' + line + ": " + what;
    }
  }

  /** What was looked at, and what was found there. */
  public record Search(int lines, List<Leak> leaks) {}

  /** Looks at every line of all files below a directory. */
  public Search in(Path directory) throws IOException {
    List<Leak> leaks = new ArrayList<>();
    int lines = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        // One byte is one character: whatever bytes a process wrote can be read.
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
          lines += search(directory.relativize(file).toString(), reader, leaks);
        }
      }
    }
    return new Search(lines, List.copyOf(leaks));
  }

  /** Looks at every line of a text. */
  public Search in(String where, String text) {
    List<Leak> leaks = new ArrayList<>();
    try {
      int lines = search(where, new BufferedReader(new StringReader(text)), leaks);
      return new Search(lines, List.copyOf(leaks));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int search(String where, BufferedReader reader, List<Leak> leaks) throws IOException {
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      for (Map.Entry<String, String> form : forms.entrySet()) {
        if (line.contains(form.getKey())) {
          leaks.add(new Leak(where, number, form.getValue()));
        }
      }
    }
    return number;
  }
}
