package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Verdict;

/**
 * What nobody should send, and what nobody should have to see: each has its exact answer, and does
 * no harm to a bystander.
 */
public final class BadInput {
  private BadInput() {}

  /** Proves it. */
  public static void run(Trial trial) {
    Verdict verdict = trial.verdict();
    try (Stack stack = trial.startStack();
        Device ada = Device.signUp(stack.port(), "ada");
        Device grace = Device.signUp(stack.port(), "grace")) {
      long gateway = stack.pid(Part.GATEWAY).orElse(0L);
      long delivery = stack.pid(Part.DELIVERY).orElse(0L);
      Answers answers = new Answers(verdict);
      new BadFrames(stack.port(), answers)
          .run(Device.signUp(stack.port(), "eve", Device.random(16)));
      new BadSends(answers).run(ada, grace);
      new BadAccounts(stack.port(), answers).run(ada, grace.account());
      verdict.equal("the gateway's pid is the same", gateway, stack.pid(Part.GATEWAY).orElse(0L));
      verdict.equal(
          "the delivery node's pid is the same", delivery, stack.pid(Part.DELIVERY).orElse(0L));
      new Outages(stack, verdict).run();
    }
  }
}
