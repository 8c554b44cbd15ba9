package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.PhoneEvents;

/** Waits until one connect has ended, well or not; tells once. On the loop. */
record Arrival(Runnable done) implements PhoneEvents {
  @Override
  public void up(Phone phone) {
    end(phone);
  }

  @Override
  public void lost(Phone phone, String why) {
    end(phone);
  }

  private void end(Phone phone) {
    phone.tell(NONE);
    done.run();
  }
}
