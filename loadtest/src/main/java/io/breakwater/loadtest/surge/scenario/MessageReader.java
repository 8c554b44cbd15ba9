package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.file.Unit;
import io.breakwater.loadtest.surge.scenario.file.Units;
import io.breakwater.loadtest.surge.scenario.model.MessageShape;
import io.breakwater.loadtest.surge.scenario.model.MessageShape.Payload;
import io.breakwater.loadtest.surge.scenario.model.Popularity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how messages look. */
final class MessageReader {
  /** A payload holds the intended time and where the message belongs. */
  private static final int LEAST_BYTES = 32;

  /** What a gateway takes. */
  private static final int MOST_BYTES = 1 << 16;

  private static final int MOST_PARTNERS = 1000;
  private static final double STEEPEST = 3;
  private static final double ROUNDING = 1e-9;
  private static final Pattern ZIPF = Pattern.compile("zipf (\\d(?:\\.\\d{1,6})?)");

  private static final Unit<Integer> PAYLOAD =
      new Unit<>(
          "a size of %dB to %dKiB such as 160B".formatted(LEAST_BYTES, MOST_BYTES >> 10),
          LEAST_BYTES,
          text ->
              Units.SIZE
                  .parse()
                  .apply(text)
                  .filter(bytes -> bytes >= LEAST_BYTES && bytes <= MOST_BYTES));

  private static final Unit<Popularity> POPULARITY =
      new Unit<>(
          "uniform, or zipf with an exponent of 0 to 3 such as zipf 0.8",
          Popularity.UNIFORM,
          MessageReader::popularity);

  private enum Members {
    PAIRS
  }

  private final Section section;

  MessageReader(Section section) {
    this.section = section;
  }

  MessageShape read() {
    List<Payload> payload = new ArrayList<>();
    section
        .table("payload", PAYLOAD, Units.SHARE)
        .forEach((bytes, share) -> payload.add(new Payload(bytes, share)));
    double sum = payload.stream().mapToDouble(Payload::share).sum();
    if (section.has("payload") && Math.abs(sum - 1) > ROUNDING) {
      section.contradict(
          "payload", "%.4f%%".formatted(sum * 100), "sizes with shares that make 100% together");
    }
    double replies = section.get("replies", Units.SHARE);
    Section conversations = section.section("conversations");
    if (conversations.has("groups")
        || conversations.find("of", Units.TEXT).orElse("").equals("groups")) {
      conversations.refuse(
          conversations.has("groups") ? "groups" : "of",
          "pairs: groups cannot be played yet, only direct messages");
    } else {
      conversations.get("of", Units.choice(Members.class));
    }
    int partners = conversations.get("partners", Units.whole(1, MOST_PARTNERS));
    Popularity popularity = conversations.get("popularity", POPULARITY);
    conversations.end();
    section.end();
    return new MessageShape(payload, replies, partners, popularity);
  }

  private static Optional<Popularity> popularity(String text) {
    if (text.equals("uniform")) {
      return Optional.of(Popularity.UNIFORM);
    }
    Matcher matcher = ZIPF.matcher(text);
    return matcher.matches()
        ? Optional.of(Double.valueOf(matcher.group(1)))
            .filter(exponent -> exponent <= STEEPEST)
            .map(Popularity::new)
        : Optional.empty();
  }
}
