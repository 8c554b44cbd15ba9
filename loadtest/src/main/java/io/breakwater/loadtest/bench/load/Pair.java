package io.breakwater.loadtest.bench.load;

import io.breakwater.loadtest.bench.phone.Message;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.PhoneEvents;
import org.jspecify.annotations.Nullable;

/** Two phones, of which one writes to the other. Confined to the loop. */
public final class Pair implements PhoneEvents {
  private final Phone sender;
  private final Phone receiver;
  private @Nullable Traffic traffic;
  private long sent;
  private long accepted;
  private long delivered;
  private boolean receives;

  /**
   * @param payloadBytes of every message
   */
  public Pair(Phone sender, Phone receiver, int payloadBytes) {
    this.sender = sender;
    this.receiver = receiver;
    sender.writesTo(receiver.account().user(), payloadBytes);
    listen();
  }

  /** Hears from both phones again, after somebody else did. */
  public void listen() {
    sender.tell(this);
    receiver.tell(this);
  }

  /** Who writes. */
  public Phone sender() {
    return sender;
  }

  /** Who reads. */
  public Phone receiver() {
    return receiver;
  }

  /** Begins to count for this traffic, from nothing. */
  void begin(Traffic next) {
    traffic = next;
    sent = 0;
    accepted = 0;
    delivered = 0;
    receives = receiver.isUp();
  }

  /** Messages that are not yet where they can be now: accepted, and delivered if somebody reads. */
  long underWay() {
    return sent - (receives ? Math.min(accepted, delivered) : accepted);
  }

  void send(Message message) {
    sent++;
    sender.send(message);
  }

  @Override
  public void accepted(Phone phone, Message message) {
    if (traffic != null && traffic.owns(message)) {
      accepted++;
      traffic.accepted(this, message);
    }
  }

  @Override
  public void delivered(Phone phone, Message message) {
    if (traffic != null && traffic.owns(message)) {
      delivered++;
      traffic.delivered(this, message);
    }
  }

  @Override
  public void refused(Phone phone, String why) {
    if (traffic != null) {
      traffic.refused(why);
    }
  }

  @Override
  public void rejected(Phone phone, String why) {
    if (traffic != null) {
      traffic.failed("rejected for ever: " + why);
    }
  }

  @Override
  public void lost(Phone phone, String why) {
    if (traffic != null) {
      traffic.failed("connection lost: " + why);
    }
  }
}
