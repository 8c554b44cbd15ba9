package io.breakwater.cli.chat;

import io.breakwater.client.Listener;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.ReceivedMessage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Hears what the device hears through which another one is linked. Messages stay in the store. That
 * the new device was linked is no news; that others were is said at the end, when it is known which
 * is the new one.
 */
final class Linking implements Listener {
  private final Notes notes;
  private final Queue<Event.DeviceAdded> added = new ConcurrentLinkedQueue<>();

  Linking(Notes notes) {
    this.notes = notes;
  }

  @Override
  public void onMessage(ReceivedMessage message) {}

  @Override
  public void onEvent(Event event) {
    if (event instanceof Event.DeviceAdded other) {
      added.add(other);
    } else {
      notes.event(event);
    }
  }

  /** To be called when the client is closed. */
  void sayOthersThan(int device) {
    added.stream().filter(other -> other.device() != device).forEach(notes::event);
  }
}
