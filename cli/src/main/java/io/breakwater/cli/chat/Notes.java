package io.breakwater.cli.chat;

import io.breakwater.client.core.Event;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** What the chat says about itself, on standard error. Any thread. */
final class Notes {
  private final PrintWriter err;
  private final String endpoint;

  Notes(PrintWriter err, String endpoint) {
    this.err = err;
    this.endpoint = endpoint;
  }

  void say(String line) {
    err.println("chat: " + line);
    err.flush();
  }

  /** Says what a person wants to know of the connection. */
  void event(Event event) {
    switch (event) {
      case Event.Detached detached ->
          say(
              "no connection to %s (%s); trying again in %s s%s"
                  .formatted(
                      endpoint,
                      detached.why(),
                      seconds(detached.reconnectInMs()),
                      isNobodyThere(detached)
                          ? " (is it running? ./breakwater up, with --tls for TLS)"
                          : ""));
      case Event.Displaced displaced ->
          say(
              "another process uses this device; coming back in %s s"
                  .formatted(seconds(displaced.reconnectInMs())));
      case Event.TooLong tooLong ->
          say("messages that were kept for as long as promised have expired before they came here");
      case Event.Queued queued ->
          say(
              "signing up: place %d in line, about %s s"
                  .formatted(queued.place(), seconds(queued.estimateMs())));
      case Event.DeviceAdded added ->
          say("device %x was linked to this account".formatted(added.device()));
      case Event.DeviceRemoved removed ->
          say("device %x of this account was signed out".formatted(removed.device()));
      case Event.Attached _,
          Event.CaughtUp _,
          Event.Stopped _,
          Event.Accepted _,
          Event.Refused _,
          Event.Unknown _,
          Event.Repeated _,
          Event.Found _,
          Event.Linked _,
          Event.Revoked _,
          Event.RequestFailed _,
          Event.SignedUp _,
          Event.SignUpFailed _ -> {
        // Said by whoever waits for it.
      }
    }
  }

  /** Whether a connection was refused: no process has the port. */
  static boolean isNobodyThere(Event event) {
    return event instanceof Event.Detached detached && detached.why().contains("refused");
  }

  /** What to say when that was waited for in vain. */
  String noConnectionWithin(Duration wait) {
    return "no connection to %s within %d s (is it running? ./breakwater up, with --tls for TLS)"
        .formatted(endpoint, wait.toSeconds());
  }

  private static String seconds(long ms) {
    return String.format(Locale.ROOT, "%.1f", ms / 1000.0);
  }
}
