package io.breakwater.fuzzing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as text: hexadecimal digits in pairs, text in double quotes (with {@code \r}, {@code \n},
 * {@code \"} and {@code \\}), either of them repeated by {@code 100*} before it, and comments from
 * {@code #} to the end of a line.
 *
 * <pre>
 *   # A length of 4097, above the limit, and a body.
 *   00001001  4097*00
 *   "GET /v1 HTTP/1.1\r\n"
 * </pre>
 */
public final class HexText {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|#[^\\n]*|(?:(\\d{1,7})\\*)?(?:\"((?:[^\"\\\\\\n]|\\\\.)*)\"|((?:[0-9a-fA-F]{2})+))");

  private static final int BYTES_PER_LINE = 32;

  private HexText() {}

  /**
   * Reads text.
   *
   * @throws IllegalArgumentException if it is something else; the message says where
   */
  public static byte[] parse(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher token = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!token.find(at) || token.start() != at) {
        throw new IllegalArgumentException(
            "bytes as text: '"
                + text.substring(at, Math.min(text.length(), at + 20)).strip()
                + "' at character "
                + at
                + " (expected: pairs of hexadecimal digits, text in quotes, or a comment after #)");
      }
      append(token, bytes);
      at = token.end();
    }
    return bytes.toByteArray();
  }

  private static void append(Matcher token, ByteArrayOutputStream bytes) {
    String quoted = token.group(2);
    String hex = token.group(3);
    if (quoted == null && hex == null) {
      return;
    }
    byte[] once = quoted == null ? HexFormat.of().parseHex(hex) : unescaped(quoted);
    int times = token.group(1) == null ? 1 : Integer.parseInt(token.group(1));
    for (int i = 0; i < times; i++) {
      bytes.writeBytes(once);
    }
  }

  private static byte[] unescaped(String quoted) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if (c == '\\') {
        i++;
        c =
            switch (quoted.charAt(i)) {
              case 'r' -> '\r';
              case 'n' -> '\n';
              case '"' -> '"';
              case '\\' -> '\\';
              default ->
                  throw new IllegalArgumentException(
                      "escape: \\" + quoted.charAt(i) + " (expected: \\r, \\n, \\\" or \\\\)");
            };
      }
      text.append(c);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes as text that {@link #parse} reads. */
  public static String format(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < bytes.length; from += BYTES_PER_LINE) {
      int to = Math.min(bytes.length, from + BYTES_PER_LINE);
      text.append(HexFormat.of().formatHex(bytes, from, to)).append('\n');
    }
    return text.toString();
  }
}
