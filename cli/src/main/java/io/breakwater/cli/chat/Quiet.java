package io.breakwater.cli.chat;

import io.breakwater.client.Listener;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.ReceivedMessage;

/** Takes no messages: they stay in the store. */
record Quiet(Notes notes) implements Listener {
  @Override
  public void onMessage(ReceivedMessage message) {}

  @Override
  public void onEvent(Event event) {
    notes.event(event);
  }
}
