package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Chat;
import io.breakwater.loadtest.stack.Chats;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.text.LineCount;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Path;

/** Both are online; the gateway and then the delivery node are killed. */
public final class FirstLight {
  private static final Chats.Device ADA = new Chats.Device("ada", 1);
  private static final Chats.Device GRACE = new Chats.Device("grace", 1);

  private FirstLight() {}

  /** Proves it. */
  public static void run(Trial trial) throws IOException {
    run(trial, Faults::gatewayThenDelivery);
  }

  /** What is killed, and when. */
  interface Plan {
    void carryOut(Faults faults);
  }

  static void run(Trial trial, Plan plan) throws IOException {
    Text text = Text.write(trial);
    try (Stack stack = trial.startStack()) {
      Chats chats = trial.chats(stack);
      Path received = trial.directory().resolve("received.txt");
      chats.enroll(GRACE);
      chats.enroll(ADA);
      Ends ends = new Ends(trial);
      try (Chat receiver = chats.receive(GRACE, text.lines().size(), received);
          LineCount count = LineCount.of(received)) {
        Clock clock = Clock.start();
        try (Chat sender = chats.send(ADA, GRACE.name(), text.file(), trial.load().rate())) {
          plan.carryOut(
              new Faults(
                  stack,
                  new Progress("received", count::now, text.lines().size(), sender),
                  trial.verdict()));
          ends.sender(sender, clock);
        }
        ends.receiver(GRACE.name(), receiver, text, received);
      }
    }
  }
}
