package io.breakwater.loadtest.trial;

import io.breakwater.loadtest.stack.Chats;
import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a scenario is given. Confined to one thread.
 *
 * @param launcher ends whatever the scenario started
 * @param directory empty, of this trial alone
 * @param ports where its stack listens
 */
public record Trial(Launcher launcher, Path directory, Ports ports, Load load, Verdict verdict) {
  /** Starts a stack with empty data; returns when it is ready. */
  public Stack startStack() {
    return startStack(new Stack.Setup(List.of(), Map.of()));
  }

  /** The same with further options and settings. */
  public Stack startStack(Stack.Setup setup) {
    Stack stack = Stack.start(launcher, directory.resolve("stack"), ports, setup);
    verdict.figure("stack", "ready on port " + stack.port());
    return stack;
  }

  /** For people at this stack. */
  public Chats chats(Stack stack) {
    return new Chats(launcher, directory.resolve("chat"), stack.port());
  }
}
