package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Chat;
import io.breakwater.loadtest.stack.Chats;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;

/** The recipient signs up, is away while everything is sent, and then receives all of it. */
public final class Offline {
  private static final Chats.Device ADA = new Chats.Device("ada", 1);
  private static final Chats.Device GRACE = new Chats.Device("grace", 1);

  private Offline() {}

  /** Proves it. */
  public static void run(Trial trial) throws IOException {
    Text text = Text.write(trial);
    try (Stack stack = trial.startStack()) {
      Chats chats = trial.chats(stack);
      Path received = trial.directory().resolve("received.txt");
      chats.enroll(GRACE);
      chats.enroll(ADA);
      Ends ends = new Ends(trial);
      Clock clock = Clock.start();
      try (Chat sender = chats.send(ADA, GRACE.name(), text.file(), trial.load().rate())) {
        Accepted accepted = new Accepted(stack);
        new Faults(
                stack,
                new Progress("accepted", accepted::now, text.lines().size(), sender),
                trial.verdict())
            .gatewayThenDelivery();
        ends.sender(sender, clock);
      }
      Clock fetching = Clock.start();
      try (Chat receiver = chats.receive(GRACE, text.lines().size(), received)) {
        ends.receiver(GRACE.name(), receiver, text, received);
      }
      trial.verdict().figure("fetched in", Verdict.seconds(fetching.elapsed()));
    }
  }
}
