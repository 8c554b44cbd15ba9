package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Chat;
import io.breakwater.loadtest.stack.Chats;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.text.LineCount;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The recipient has two devices, one online and one that comes when everything is sent; the
 * sender's other device shows what the first one sends.
 */
public final class TwoDevices {
  private static final Duration COPIES_LIMIT = Duration.ofSeconds(90);
  private static final Chats.Device ADA = new Chats.Device("ada", 1);
  private static final Chats.Device ADA_TABLET = new Chats.Device("ada", 2);
  private static final Chats.Device GRACE = new Chats.Device("grace", 1);
  private static final Chats.Device GRACE_TABLET = new Chats.Device("grace", 2);

  private TwoDevices() {}

  /** Proves it. */
  public static void run(Trial trial) throws IOException {
    Text text = Text.write(trial);
    try (Stack stack = trial.startStack()) {
      Chats chats = trial.chats(stack);
      Path first = trial.directory().resolve("received-1.txt");
      Path second = trial.directory().resolve("received-2.txt");
      Path copies = trial.directory().resolve("copies.txt");
      chats.enroll(GRACE);
      chats.enroll(GRACE_TABLET);
      chats.enroll(ADA);
      chats.enroll(ADA_TABLET);
      Ends ends = new Ends(trial);
      int lines = text.lines().size();
      try (Chat receiver = chats.receive(GRACE, lines, first);
          Chat tablet = chats.talk(ADA_TABLET, copies);
          LineCount count = LineCount.of(first);
          LineCount copied = LineCount.of(copies)) {
        Clock clock = Clock.start();
        try (Chat sender = chats.send(ADA, GRACE.name(), text.file(), trial.load().rate())) {
          new Faults(stack, new Progress("received", count::now, lines, sender), trial.verdict())
              .gatewayThenDelivery();
          ends.sender(sender, clock);
        }
        ends.receiver("grace's first device", receiver, text, first);
        awaitCopies(trial, tablet, copied, lines);
      }
      ends.same(
          "what ada's other device shows is what was sent",
          text.asCopies(GRACE.name(), trial.directory().resolve("copies-expected.txt")),
          copies);
      try (Chat receiver = chats.receive(GRACE_TABLET, lines, second)) {
        ends.receiver("grace's second device", receiver, text, second);
      }
    }
  }

  /** Leaves it to the comparison to say what is missing. */
  private static void awaitCopies(Trial trial, Chat tablet, LineCount copied, int lines) {
    try {
      Clock.await("the copies", COPIES_LIMIT, () -> copied.now() >= lines || !tablet.isAlive());
    } catch (TrialFailure e) {
      trial.verdict().figure("copies", "%d after %s".formatted(copied.now(), COPIES_LIMIT));
    }
  }
}
