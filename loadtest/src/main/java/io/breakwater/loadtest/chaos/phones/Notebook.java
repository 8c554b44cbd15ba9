package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the crowd knows of a device across the runs of its application. Everything but the device is
 * guarded by the lock, and so is the state of the application that runs: what it does and hears is
 * recorded in one order.
 */
final class Notebook {
  final Device device;
  final ReentrantLock lock = new ReentrantLock();
  final Ledger ledger = new Ledger();

  /** The highest message id that an application of this device was shown. */
  private final Map<Conversation, MessageId> shown = new HashMap<>();

  /** Of the application that runs, or ran last; counts up from 1. */
  int run;

  Notebook(Device device) {
    this.device = device;
  }

  void shown(Conversation conversation, MessageId id) {
    shown.merge(conversation, id, MessageId::max);
  }

  MessageId shown(Conversation conversation) {
    return shown.getOrDefault(conversation, MessageId.NONE);
  }
}
