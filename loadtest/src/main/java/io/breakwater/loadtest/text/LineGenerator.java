package io.breakwater.loadtest.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Distinct lines like those of a chat: short ones and long ones, several scripts, emoji, and among
 * the first hundred an empty one, one of blanks, one with tabs and one of 20,000 characters. A
 * function of the seed. No control characters but tabs. Confined to one thread.
 */
public final class LineGenerator {
  private static final int LONGEST = 20_000;

  private static final List<String> OPENINGS =
      List.of(
          "Did you see that",
          "I think",
          "Honestly,",
          "My sister says",
          "On my way, and",
          "Can somebody check whether",
          "Good morning!",
          "Haha,",
          "No idea why",
          "Remember when",
          "Übrigens,",
          "Est-ce que tu savais que",
          "По-моему,",
          "お知らせ:",
          "Wait,");

  private static final List<String> SUBJECTS =
      List.of(
          "the ferry to the island",
          "our old landlord",
          "the 17 tram",
          "Grandma's lemon cake",
          "the bakery at the corner",
          "that band from Málaga",
          "the river",
          "everybody at school",
          "the new neighbour",
          "half of the choir",
          "the weather forecast",
          "the café by the harbour",
          "der Kater vom dritten Stock",
          "the spare key",
          "the photo from the lighthouse");

  private static final List<String> VERBS =
      List.of(
          "is late again",
          "was better last year",
          "cannot be found anywhere",
          "has finally arrived",
          "will cost us",
          "looks great in the evening light",
          "made me laugh",
          "should be cancelled",
          "sold out within minutes",
          "needs a second look",
          "reminds me of you",
          "is not what they promised");

  private static final List<String> ENDINGS =
      List.of(
          "",
          ".",
          "!",
          "?",
          "…",
          " 😀",
          " 🙈🙈",
          ", right?",
          ", as always.",
          " (ask Zoë)",
          " ❤️",
          ", 100 %",
          "; tell me later");

  private final SplittableRandom random;
  private final Set<String> made = new HashSet<>();

  /** The same seed makes the same lines. */
  public LineGenerator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The next lines; different from each other and from all before. */
  public List<String> next(int count) {
    List<String> lines = new ArrayList<>(count);
    while (lines.size() < count) {
      String line = candidate(made.size());
      if (made.add(line)) {
        lines.add(line);
      }
    }
    return lines;
  }

  private String candidate(int position) {
    return switch (position) {
      case 20 -> "";
      case 40 -> "   ";
      case 60 -> "\tindented,\twith tabs\t";
      case 80 -> longest();
      default -> sentences();
    };
  }

  private String longest() {
    StringBuilder line = new StringBuilder(LONGEST + 200);
    while (line.length() < LONGEST) {
      line.append(sentence()).append(' ');
    }
    // Not in the middle of a character.
    line.setLength(Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    return line.toString();
  }

  private String sentences() {
    StringBuilder line = new StringBuilder(sentence());
    while (random.nextInt(4) == 0) {
      line.append(' ').append(sentence());
    }
    return line.toString();
  }

  private String sentence() {
    return pick(OPENINGS)
        + ' '
        + pick(SUBJECTS)
        + ' '
        + pick(VERBS)
        + " at %d:%02d".formatted(random.nextInt(24), random.nextInt(60))
        + pick(ENDINGS);
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
