package io.breakwater.delivery.relay;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.node.Peers.Contact;
import io.breakwater.trunk.Refusal;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay to one node, opened again whenever it is lost. Confined to the relays' thread but for
 * {@link #call} and {@link #contact}.
 */
final class RelayLink {
  private static final Logger log = LoggerFactory.getLogger(RelayLink.class);

  private final IncarnationId self;
  private final IncarnationId to;
  private final String address;
  private final Supplier<ManagedChannel> channels;
  private final ScheduledExecutorService thread;
  private final LongSupplier view;
  private final LongConsumer onView;

  private volatile @Nullable RelayCall call;
  private volatile boolean isGone;
  private boolean isClosed;
  private long failures;

  /**
   * @param channels makes a channel to the node for each attempt
   * @param view the newest that is known here
   */
  RelayLink(
      IncarnationId self,
      IncarnationId to,
      String address,
      Supplier<ManagedChannel> channels,
      ScheduledExecutorService thread,
      LongSupplier view,
      LongConsumer onView) {
    this.self = self;
    this.to = to;
    this.address = address;
    this.channels = channels;
    this.thread = thread;
    this.view = view;
    this.onView = onView;
  }

  /** The call that is open; none while it is not. */
  Optional<RelayCall> call() {
    return Optional.ofNullable(call).filter(RelayCall::isOpen);
  }

  Contact contact() {
    RelayCall current = call;
    if (current != null && current.isOpen() && current.silentMs() < RelayLimits.FRESH_MS) {
      return Contact.ANSWERS;
    }
    return isGone ? Contact.GONE : Contact.SILENT;
  }

  void open() {
    if (isClosed) {
      return;
    }
    RelayCall next = new RelayCall(channels.get(), to, onView, this::hopToEnded);
    call = next;
    next.start(self);
  }

  private void hopToEnded(RelayCall ended, Status status) {
    try {
      thread.execute(() -> ended(ended, status));
    } catch (RejectedExecutionException e) {
      log.debug("the relays have ended", e);
    }
  }

  private void ended(RelayCall ended, Status status) {
    if (ended != call) {
      return;
    }
    call = null;
    isGone = isGone(status);
    if (isClosed) {
      return;
    }
    failures++;
    if (Long.bitCount(failures) == 1) {
      log.info("relay to {} ({}) down, attempt {}: {}", address, to, failures, describe(status));
    }
    var _ = thread.schedule(this::open, RelayLimits.AGAIN_MS, TimeUnit.MILLISECONDS);
  }

  /** Whether the node certainly is not there. */
  private static boolean isGone(Status status) {
    return status.getCode() == Status.Code.FAILED_PRECONDITION
        || (status.getCause() instanceof ConnectException refused
            && !(refused instanceof ConnectTimeoutException));
  }

  private static String describe(Status status) {
    Throwable cause = status.getCause();
    String description = status.getDescription();
    return status.getCode()
        + (description == null ? "" : ": " + description.lines().findFirst().orElse(""))
        + (cause == null ? "" : " (" + Refusal.describe(cause) + ')');
  }

  /** Called every {@link RelayLimits#PING_MS}. */
  void tick() {
    RelayCall current = call;
    if (current == null) {
      return;
    }
    long silentMs = current.silentMs();
    if (current.isOpen()) {
      failures = 0;
      isGone = false;
      if (silentMs >= RelayLimits.SILENT_MS) {
        current.cut("no answer for " + silentMs + " ms");
      } else {
        current.ping(view.getAsLong());
      }
    } else if (silentMs >= RelayLimits.OPEN_MS) {
      current.cut("not open after " + silentMs + " ms");
    }
  }

  void close() {
    isClosed = true;
    RelayCall current = call;
    if (current != null) {
      current.cut("not needed any more");
    }
  }
}
