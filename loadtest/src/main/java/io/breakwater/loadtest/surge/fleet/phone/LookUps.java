package io.breakwater.loadtest.surge.fleet.phone;

import static io.breakwater.loadtest.surge.fleet.phone.Timers.NEVER;

import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.LookUp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Handles that a phone asks for, each until it has an answer. Confined to its phone. */
final class LookUps {
  private static final long ANSWER = TimeUnit.SECONDS.toNanos(10);

  private static final class Open {
    final int request;
    final String handle;

    /** When it goes again. */
    long at;

    Open(int request, String handle, long at) {
      this.request = request;
      this.handle = handle;
      this.at = at;
    }
  }

  private final Manners manners;
  private final Tallies tallies;
  private final Consumer<ClientFrame> transmit;
  private final List<Open> open = new ArrayList<>(4);

  LookUps(
      Manners manners,
      Tallies tallies,
      Consumer<ClientFrame> transmit,
      List<String> handles,
      long now) {
    this.manners = manners;
    this.tallies = tallies;
    this.transmit = transmit;
    for (String handle : handles) {
      open.add(new Open(open.size() + 1, handle, now));
    }
    tallies.lookUps += open.size();
  }

  boolean isDone() {
    return open.isEmpty();
  }

  /** There is a session: what is not answered goes now, or as soon as it may. */
  void attached(long now) {
    open.forEach(each -> each.at = Math.max(now, each.at > now + ANSWER ? each.at : now));
    wake(now);
  }

  void found(int request) {
    if (open.removeIf(each -> each.request == request)) {
      tallies.lookUpsFound++;
    }
  }

  /** It goes again at the time that was said; without one it is over. */
  void failed(int request, long returnAfterMs, long now) {
    if (returnAfterMs == 0) {
      open.removeIf(each -> each.request == request);
      return;
    }
    long pause =
        manners == Manners.IMPATIENT
            ? Manners.SECOND_NANOS
            : TimeUnit.MILLISECONDS.toNanos(returnAfterMs);
    for (Open each : open) {
      if (each.request == request) {
        each.at = now + pause;
      }
    }
  }

  void wake(long now) {
    for (Open each : open) {
      if (each.at <= now) {
        each.at = now + (manners == Manners.IMPATIENT ? Manners.SECOND_NANOS : ANSWER);
        transmit.accept(
            ClientFrame.newBuilder()
                .setLookUp(LookUp.newBuilder().setRequest(each.request).setHandle(each.handle))
                .build());
      }
    }
  }

  long wakeAt() {
    long at = NEVER;
    for (Open each : open) {
      at = Math.min(at, each.at);
    }
    return at;
  }
}
