package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.PhoneEvents;

/** Waits until one connect has ended; tells once. On the loop. */
record Arrival(Runnable up, Runnable lost) implements PhoneEvents {
  @Override
  public void up(Phone phone) {
    phone.tell(NONE);
    up.run();
  }

  @Override
  public void lost(Phone phone, String why) {
    phone.tell(NONE);
    lost.run();
  }
}
