package io.breakwater.loadtest.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether what came is what was sent. */
public sealed interface Comparison {
  /** Byte for byte. */
  record Same(int lines) implements Comparison {}

  /**
   * Not.
   *
   * @param what the first difference, and how many lines are missing, repeated, never sent, or came
   *     before one that was sent earlier
   */
  record Different(String what) implements Comparison {}

  /** Compares whole files. */
  static Comparison of(Path sent, Path received) throws IOException {
    List<String> expected = lines(sent);
    if (Files.mismatch(sent, received) == -1) {
      return new Same(expected.size());
    }
    return of(expected, lines(received)) instanceof Different different
        ? different
        : new Different("the bytes differ, the lines do not: is the last newline there?");
  }

  private static List<String> lines(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    if (text.isEmpty()) {
      return List.of();
    }
    String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return Arrays.asList(whole.split("\n", -1));
  }

  /**
   * Compares line by line.
   *
   * @param sent distinct
   */
  static Comparison of(List<String> sent, List<String> received) {
    if (sent.equals(received)) {
      return new Same(sent.size());
    }
    return new Different(firstDifference(sent, received) + "; " + kinds(sent, received));
  }

  private static String firstDifference(List<String> sent, List<String> received) {
    int at = 0;
    while (at < sent.size() && at < received.size() && sent.get(at).equals(received.get(at))) {
      at++;
    }
    return "line %d: %s (expected: %s)".formatted(at + 1, shown(received, at), shown(sent, at));
  }

  private static String shown(List<String> lines, int at) {
    if (at >= lines.size()) {
      return "nothing";
    }
    String line = lines.get(at);
    int end = Math.min(40, line.codePointCount(0, line.length()));
    return '"' + line.substring(0, line.offsetByCodePoints(0, end)) + '"';
  }

  private static String kinds(List<String> sent, List<String> received) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      places.put(sent.get(i), i);
    }
    boolean[] came = new boolean[sent.size()];
    int repeated = 0;
    int foreign = 0;
    int early = 0;
    int highest = -1;
    for (String line : received) {
      Integer place = places.get(line);
      if (place == null) {
        foreign++;
      } else if (came[place]) {
        repeated++;
      } else {
        came[place] = true;
        early += place < highest ? 1 : 0;
        highest = Math.max(highest, place);
      }
    }
    int missing = 0;
    for (boolean each : came) {
      missing += each ? 0 : 1;
    }
    return "missing %d, repeated %d, never sent %d, out of order %d"
        .formatted(missing, repeated, foreign, early);
  }
}
