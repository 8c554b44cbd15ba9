package io.breakwater.loadtest.surge.scenario.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What a newcomer does once it is signed up. It connects; looks people up; then writes its first
 * messages, at times drawn evenly from {@code over}, counted from the time at which it was signed
 * up: who waits in line does not write.
 *
 * @param lookUps of handles, right after connecting
 * @param to whom it looks up, and to whom it writes: a population; empty if it does neither
 * @param stay how long it is online, at least {@code over}; until the end if it is empty
 */
public record Afterwards(
    int lookUps, int messages, Optional<String> to, Duration over, Optional<Duration> stay) {
  Afterwards replayed(Reduction by) {
    return new Afterwards(
        lookUps, messages, to, Scaling.time(over, by), stay.map(each -> Scaling.time(each, by)));
  }
}
