package io.breakwater.loadtest.chaos.report;

/** What can be broken; named as in the delivery simulation. */
public enum Promise {
  P1("accepted means durable"),
  P2("accepted means delivered to all it is for, exactly once; unknown means to all or to none"),
  P3(
      "a send is one message; nobody gets what was not sent, what was refused, or what is not theirs"),
  P4("order: a sender's messages, a reply after what it answers, the same for all"),
  P10("content arrives as it was written"),
  DEVICES("a device that was signed out gets nothing any more"),
  LIVENESS("when faults stop, everything goes on within a bounded time");

  private final String what;

  Promise(String what) {
    this.what = what;
  }

  /** For people. */
  public String what() {
    return what;
  }
}
