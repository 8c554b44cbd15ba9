package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.check.Message.Handed;
import io.breakwater.loadtest.chaos.report.Promise;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Readers that lack what comes after all they were handed: they do not go on. */
final class Behind {
  private static final class Lack {
    long messages;

    /** One that comes after all that the reader was handed. */
    @Nullable Message ahead;
  }

  private final Map<Reader, Lack> lacks = new LinkedHashMap<>();

  void lacks(Reader reader, Message message) {
    Lack lack = lacks.computeIfAbsent(reader, _ -> new Lack());
    lack.messages++;
    if (lack.ahead == null && isAhead(reader, message)) {
      lack.ahead = message;
    }
  }

  private static boolean isAhead(Reader reader, Message message) {
    Handed sibling = message.anySibling(reader);
    return message.invokedBy > reader.lastBy
        || (sibling != null && !reader.isPast(sibling.entry()));
  }

  void judge(Findings findings) {
    lacks.forEach(
        (reader, lack) -> {
          Message ahead = lack.ahead;
          if (ahead != null) {
            findings.breach(
                Promise.LIVENESS,
                "%s is behind: it was handed nothing any more, and lacks %d messages"
                    .formatted(reader, lack.messages),
                reader.lastBy,
                ahead.invokedBy,
                reader.startedBy);
          }
        });
  }
}
